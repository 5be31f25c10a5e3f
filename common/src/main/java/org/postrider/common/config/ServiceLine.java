package org.postrider.common.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads one logical line of master.cf, column by column. Used once, by one thread. */
final class ServiceLine {
    private static final CompatibilityLevel CHROOT_OFF_BY_DEFAULT = new CompatibilityLevel(1, 0, 0);

    private final String where;
    private final String text;
    private int at;
    private boolean usesOldChroot;

    /**
     * @param where {@code FILE: line N: }, put before every error
     */
    ServiceLine(String where, String text) {
        this.where = where;
        this.text = text;
    }

    ServiceEntry parse(Parameters parameters) {
        String name = field("service name");
        String typeText = field("transport type");
        ServiceType type = ServiceType.parse(typeText).orElseThrow(() -> failure("bad transport type: " + typeText));
        if (type == ServiceType.INET) {
            checkInetName(name);
        }
        boolean privateSocket = flag("private", true);
        if (type == ServiceType.INET && privateSocket) {
            throw failure("inet service cannot be private");
        }
        boolean unprivileged = flag("unprivileged", true);
        int beforeChroot = at;
        boolean oldChroot = keepsChroot(parameters);
        boolean chroot = flag("chroot", oldChroot);
        usesOldChroot = oldChroot && text.substring(beforeChroot, at).endsWith("-");
        String wakeup = field("wakeup_time");
        int wakeupSeconds = wakeupSeconds(wakeup);
        int maxProcesses = maxProcesses(field("max_proc"), parameters);
        String program = field("command");
        Map<String, String> overrides = new LinkedHashMap<>();
        List<String> arguments = takeOverrides(words(), overrides);
        return new ServiceEntry(
                name,
                type,
                privateSocket,
                unprivileged,
                chroot,
                wakeupSeconds,
                wakeup.endsWith("?"),
                maxProcesses,
                program,
                arguments,
                overrides);
    }

    ServiceText split() {
        List<String> columns = new ArrayList<>();
        for (int column = 0; column < ServiceText.NAMES.size(); column++) {
            at = Braces.skipSpace(text, at);
            if (at == text.length()) {
                throw failure("bad field count");
            }
            columns.add(field(""));
        }
        return new ServiceText(columns, words());
    }

    private String field(String name) {
        at = Braces.skipSpace(text, at);
        int start = at;
        while (at < text.length() && !Braces.isSpace(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw failure("missing \"" + name + "\" field");
        }
        return text.substring(start, at);
    }

    private boolean flag(String name, boolean ifDash) {
        String value = field(name);
        return switch (value) {
            case "-" -> ifDash;
            case "y" -> true;
            case "n" -> false;
            default -> throw badValue(name, value);
        };
    }

    /** True after {@link #parse} when the service runs in a changed root directory only because compatibility_level is low. */
    boolean usesOldChroot() {
        return usesOldChroot;
    }

    private static boolean keepsChroot(Parameters parameters) {
        return CompatibilityLevel.parse(parameters.string("compatibility_level"))
                .map(level -> level.compareTo(CHROOT_OFF_BY_DEFAULT) < 0)
                .orElse(false);
    }

    /** Digits count up to the first other character. */
    private int wakeupSeconds(String value) {
        if (value.equals("-")) {
            return 0;
        }
        int end = 0;
        while (end < value.length() && isDigit(value.charAt(end))) {
            end++;
        }
        if (end == 0) {
            throw badValue("wakeup_time", value);
        }
        return number("wakeup_time", value, value.substring(0, end));
    }

    private int maxProcesses(String value, Parameters parameters) {
        if (value.equals("-")) {
            return parameters.number("default_process_limit");
        }
        for (int position = 0; position < value.length(); position++) {
            if (!isDigit(value.charAt(position))) {
                throw badValue("max_proc", value);
            }
        }
        return number("max_proc", value, value);
    }

    private int number(String field, String value, String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException _) {
            throw badValue(field, value);
        }
    }

    private List<String> words() {
        List<String> words = new ArrayList<>();
        at = Braces.skipSpace(text, at);
        while (at < text.length()) {
            if (text.startsWith("-o{", at)) {
                words.add("-o");
                at += 2;
            }
            words.add(text.charAt(at) == '{' ? bracedWord() : field("command"));
            at = Braces.skipSpace(text, at);
        }
        return words;
    }

    private String bracedWord() {
        int close = Braces.close(text, at);
        if (close < 0) {
            throw failure("missing '}' in \"" + text.substring(at) + "\"");
        }
        int end = close + 1;
        if (end < text.length() && !Braces.isSpace(text.charAt(end))) {
            throw failure("syntax error after '}' in \"" + text.substring(at) + "\"");
        }
        String word = Braces.strip(text.substring(at + 1, close));
        at = end;
        return word;
    }

    /** Options stand before the first word that is none; {@code -o} may be glued to its value. */
    private List<String> takeOverrides(List<String> words, Map<String, String> overrides) {
        List<String> rest = new ArrayList<>();
        int next = 0;
        while (next < words.size()) {
            String word = words.get(next);
            if (!word.startsWith("-") || word.equals("-") || word.equals("--")) {
                break;
            }
            next++;
            if (!word.startsWith("-o")) {
                rest.add(word);
            } else if (word.length() > 2) {
                override(word.substring(2), overrides);
            } else if (next < words.size()) {
                override(words.get(next), overrides);
                next++;
            } else {
                throw failure("option requires an argument -- 'o'");
            }
        }
        rest.addAll(words.subList(next, words.size()));
        return rest;
    }

    private void override(String setting, Map<String, String> overrides) {
        try {
            Map.Entry<String, String> entry = MainCf.split(setting);
            overrides.put(entry.getKey(), entry.getValue());
        } catch (ConfigurationException e) {
            throw new ConfigurationException(where + e.getMessage(), e);
        }
    }

    /** {@code port}, {@code host:port}, {@code [host]:port}. */
    private void checkInetName(String name) {
        int bracket = name.indexOf(']');
        int colon = name.indexOf(':', Math.max(bracket, 0));
        boolean broken = name.startsWith("[")
                ? bracket < 0 || colon != bracket + 1
                : colon >= 0 && name.indexOf(':', colon + 1) > 0;
        if (broken || colon == name.length() - 1) {
            throw failure("valid hostname or network address required in \"" + name + "\"");
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private ConfigurationException badValue(String field, String value) {
        return failure("field \"" + field + "\": bad value: \"" + value + "\"");
    }

    private ConfigurationException failure(String message) {
        return new ConfigurationException(where + message);
    }
}
