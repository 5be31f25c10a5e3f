package org.postrider.common.config;

import java.util.List;

/**
 * One logical line of master.cf as written, for commands that show and edit the file: the columns with their {@code -}, and the
 * words after them without the braces around them.
 *
 * @param columns service, type, private, unprivileged, chroot, wakeup, process limit, command
 * @param words the arguments
 */
public record ServiceText(List<String> columns, List<String> words) {
    /** What the columns are called. */
    public static final List<String> NAMES = List.of("service", "type", "private", "unprivileged", "chroot", "wakeup",
            "process_limit", "command");

    public ServiceText {
        columns = List.copyOf(columns);
        words = List.copyOf(words);
    }

    /** Splits a line and checks its columns; {@code where} is put before the text of an error. */
    public static ServiceText parse(String line, String where) {
        ServiceText text = new ServiceLine(where, line).split();
        for (int column = 0; column < NAMES.size(); column++) {
            check(column, text.columns.get(column), line);
        }
        return text;
    }

    /** Checks one column, by its place; {@code source} is quoted in the error. */
    public static void check(int column, String value, String source) {
        boolean valid = switch (column) {
            case 1 -> ServiceType.parse(value).isPresent();
            case 2, 3, 4 -> value.equals("-") || value.equals("y") || value.equals("n");
            case 5 ->
                value.equals("-") || isNumber(value.endsWith("?") ? value.substring(0, value.length() - 1) : value);
            case 6 -> value.equals("-") || isNumber(value);
            default -> true;
        };
        if (!valid) {
            throw new ConfigurationException(
                    "invalid " + NAMES.get(column) + " field \"" + value + "\" in \"" + source + "\"");
        }
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** The first column. */
    public String name() {
        return columns.getFirst();
    }

    /** The second column. */
    public String type() {
        return columns.get(1);
    }

    /** The last column, the daemon. */
    public String command() {
        return columns.getLast();
    }
}
