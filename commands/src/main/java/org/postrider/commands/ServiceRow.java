package org.postrider.commands;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.MainCf;
import org.postrider.common.config.ServiceText;

/**
 * One service of master.cf as postconf(1) shows and edits it. Immutable.
 *
 * @param columns the eight columns as written
 * @param options the words before the first one that is no option, {@code -o} and its value being two words
 * @param rest the other arguments
 */
record ServiceRow(List<String> columns, List<String> options, List<String> rest) {
    static final List<String> FIELDS = ServiceText.NAMES;
    private static final int[] STOPS = {0, 11, 17, 25, 33, 41, 49, 57};

    ServiceRow {
        columns = List.copyOf(columns);
        options = List.copyOf(options);
        rest = List.copyOf(rest);
    }

    static ServiceRow of(ServiceText text) {
        List<String> options = new ArrayList<>();
        List<String> words = text.words();
        int next = 0;
        while (next < words.size() && words.get(next).startsWith("-") && words.get(next).length() > 1) {
            String word = words.get(next);
            next++;
            if (word.startsWith("-o") && word.length() > 2) {
                options.add("-o");
                options.add(word.substring(2));
                continue;
            }
            options.add(word);
            if (word.equals("-o") && next < words.size()) {
                options.add(setting(words.get(next)));
                next++;
            }
        }
        return new ServiceRow(text.columns(), options, words.subList(next, words.size()));
    }

    /** {@code name/type}. */
    String identity() {
        return columns.get(0) + "/" + columns.get(1);
    }

    String program() {
        return columns.getLast();
    }

    /** The settings of {@code -o name=value}, in order. */
    Map<String, String> overrides() {
        Map<String, String> overrides = new LinkedHashMap<>();
        for (int at = 0; at + 1 < options.size(); at++) {
            if (options.get(at).equals("-o")) {
                at++;
                int equals = options.get(at).indexOf('=');
                if (equals > 0) {
                    overrides.put(
                            options.get(at).substring(0, equals), options.get(at).substring(equals + 1));
                }
            }
        }
        return overrides;
    }

    ServiceRow withOverrides(Map<String, String> overrides) {
        List<String> changed = new ArrayList<>();
        Map<String, String> left = new LinkedHashMap<>(overrides);
        for (int at = 0; at < options.size(); at++) {
            String word = options.get(at);
            if (!word.equals("-o") || at + 1 == options.size()) {
                changed.add(word);
                continue;
            }
            at++;
            String name = nameOf(options.get(at));
            String value = left.remove(name);
            if (value != null) {
                changed.addAll(List.of("-o", name + "=" + value));
            }
        }
        left.forEach((name, value) -> changed.addAll(List.of("-o", name + "=" + value)));
        return new ServiceRow(columns, changed, rest);
    }

    ServiceRow withField(int field, String value) {
        if (field == FIELDS.size() - 1) {
            String line = String.join(" ", columns.subList(0, field)) + " " + value;
            return of(ServiceText.parse(line, ""));
        }
        ServiceText.check(field, value, value);
        List<String> changed = new ArrayList<>(columns);
        changed.set(field, value);
        return new ServiceRow(changed, options, rest);
    }

    /** With the values of {@code -o} expanded; other arguments are the daemon's business. */
    ServiceRow expanded(UnaryOperator<String> expansion) {
        Map<String, String> overrides = new LinkedHashMap<>(overrides());
        overrides.replaceAll((_, value) -> expansion.apply(value));
        return withOverrides(overrides);
    }

    /** The value of a column; of the last one with all arguments. */
    String field(int field) {
        return field < FIELDS.size() - 1 ? columns.get(field) : command(new FoldedText("", false), false);
    }

    /** The whole line, in columns. */
    String format(boolean fold) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < columns.size(); column++) {
            if (column > 0) {
                line.append(" ".repeat(Math.max(1, STOPS[column] - line.length())));
            }
            line.append(columns.get(column));
        }
        return arguments(new FoldedText(line.toString(), fold), fold);
    }

    String command(FoldedText text, boolean fold) {
        return arguments(text.word(program()), fold);
    }

    private String arguments(FoldedText text, boolean fold) {
        for (int at = 0; at < options.size(); at++) {
            text.breakLine();
            String word = quoted(options.get(at));
            if (options.get(at).equals("-o") && at + 1 < options.size()) {
                at++;
                word = "-o " + quoted(options.get(at));
            }
            if (fold) {
                text = new FoldedText(text + word, true);
            } else {
                text.word(word);
            }
        }
        if (fold && !options.isEmpty() && !rest.isEmpty()) {
            text = new FoldedText(text.breakLine().toString(), true);
        }
        return text.words(rest.stream().map(ServiceRow::quoted).toList()).toString();
    }

    private static String quoted(String word) {
        boolean plain = !word.isEmpty() && word.chars().noneMatch(c -> c == ' ' || (c >= '\t' && c <= '\r'));
        return plain ? word : "{" + word + "}";
    }

    private static String setting(String text) {
        try {
            Map.Entry<String, String> entry = MainCf.split(text);
            return entry.getKey() + "=" + entry.getValue();
        } catch (ConfigurationException _) {
            return text;
        }
    }

    private static String nameOf(String setting) {
        int equals = setting.indexOf('=');
        return equals < 0 ? setting : setting.substring(0, equals);
    }
}
