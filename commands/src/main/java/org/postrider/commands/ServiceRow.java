package org.postrider.commands;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.MainCf;
import org.postrider.common.config.ServiceText;

/**
 * One service of master.cf as postconf(1) shows and edits it. Immutable.
 *
 * @param columns the eight columns as written
 * @param options what stands before the first word that is no option
 * @param rest the other arguments
 */
record ServiceRow(List<String> columns, List<Option> options, List<String> rest) {

    /** One option before the other arguments: the {@code name=value} of a {@code -o}, or a word such as {@code -v}. */
    record Option(boolean setting, String text) {
        static Option setting(String name, String value) {
            return new Option(true, name + "=" + value);
        }

        String name() {
            int equals = text.indexOf('=');
            return equals < 0 ? text : text.substring(0, equals);
        }

        String value() {
            int equals = text.indexOf('=');
            return equals < 0 ? "" : text.substring(equals + 1);
        }

        boolean sets(String name) {
            return setting && name().equals(name);
        }

        String shown() {
            return setting ? "-o " + quoted(text) : quoted(text);
        }
    }

    static final List<String> FIELDS = ServiceText.NAMES;
    private static final int[] STOPS = {0, 11, 17, 25, 33, 41, 49, 57};

    ServiceRow {
        columns = List.copyOf(columns);
        options = List.copyOf(options);
        rest = List.copyOf(rest);
    }

    static ServiceRow of(ServiceText text) {
        List<Option> options = new ArrayList<>();
        List<String> words = text.words();
        int next = 0;
        while (next < words.size() && words.get(next).startsWith("-") && words.get(next).length() > 1) {
            String word = words.get(next);
            next++;
            if (word.startsWith("-o") && word.length() > 2) {
                options.add(new Option(true, word.substring(2)));
            } else if (word.equals("-o") && next < words.size()) {
                options.add(new Option(true, setting(words.get(next))));
                next++;
            } else {
                options.add(new Option(false, word));
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
        for (Option option : options) {
            if (option.setting()) {
                overrides.put(option.name(), option.value());
            }
        }
        return overrides;
    }

    /** With this setting wherever the name is set, at the end when it is not; others stay as they are, also those that are there twice. */
    ServiceRow with(String name, String value) {
        List<Option> changed = new ArrayList<>(options);
        changed.replaceAll(option -> option.sets(name) ? Option.setting(name, value) : option);
        if (options.stream().noneMatch(option -> option.sets(name))) {
            changed.add(Option.setting(name, value));
        }
        return new ServiceRow(columns, changed, rest);
    }

    /** Without the settings of these names. */
    ServiceRow without(Predicate<String> names) {
        return new ServiceRow(columns,
                options.stream().filter(option -> !option.setting() || !names.test(option.name())).toList(), rest);
    }

    /** Refuses a name that no column has. */
    static void checkField(String name) {
        if (!FIELDS.contains(name)) {
            throw new ConfigurationException("invalid service attribute name: \"" + name + "\"");
        }
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
        List<Option> expanded = options.stream()
                .map(option -> option.setting()
                        ? Option.setting(option.name(), expansion.apply(option.value()))
                        : option)
                .toList();
        return new ServiceRow(columns, expanded, rest);
    }

    /** The value of a column; of the last one with all arguments. */
    String field(int field) {
        return field < FIELDS.size() - 1 ? columns.get(field) : command(new FoldedText("", false));
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
        return arguments(FoldedText.ofCommand(line.toString(), fold));
    }

    String command(FoldedText text) {
        return arguments(text.word(program()));
    }

    /** A setting has a line of its own; what follows it starts the next one. */
    private String arguments(FoldedText start) {
        boolean afterSetting = false;
        for (Option option : options) {
            if (option.setting() || afterSetting) {
                start.breakLine();
            }
            start.word(option.shown());
            afterSetting = option.setting();
        }
        if (afterSetting && !rest.isEmpty()) {
            start.breakLine();
        }
        rest.forEach(word -> start.word(quoted(word), word.length()));
        return start.toString();
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
}
