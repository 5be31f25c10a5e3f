package org.postrider.commands;

import java.util.ArrayList;
import java.util.List;
import org.postrider.common.config.WordList;

/**
 * One {@code type:name} in a parameter's value.
 *
 * @param type of the lookup table, such as {@code hash}; without {@code proxy:}
 * @param name what follows the colon
 */
record TableReference(String type, String name) {
    private static final String PROXY = "proxy:";
    private static final int DEEPEST = 20;

    /** The tables that a value names, also inside braces and inside tables made of tables, in their order. */
    static List<TableReference> in(String value) {
        List<TableReference> found = new ArrayList<>();
        collect(value, found, 0);
        return found;
    }

    private static void collect(String value, List<TableReference> found, int depth) {
        if (depth > DEEPEST) {
            return;
        }
        for (String word : WordList.split(value)) {
            String table = word;
            while (table.startsWith(PROXY)) {
                table = table.substring(PROXY.length());
            }
            int colon = table.indexOf(':');
            int brace = table.indexOf('{');
            if (brace == 0 && table.endsWith("}")) {
                collect(table.substring(1, table.length() - 1), found, depth + 1);
            } else if (colon > 0 && (brace < 0 || colon < brace) && isType(table.substring(0, colon))) {
                add(table.substring(0, colon), table.substring(colon + 1), found, depth);
            }
        }
    }

    private static void add(String type, String name, List<TableReference> found, int depth) {
        boolean composed = type.equals("pipemap") || type.equals("unionmap");
        int before = found.size();
        if (composed && name.startsWith("{") && name.endsWith("}")) {
            collect(name, found, depth + 1);
        }
        if (found.size() == before) {
            found.add(new TableReference(type, name));
        }
    }

    private static boolean isType(String text) {
        return text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
    }

    /** True when the name is a file's, in which a client of a database finds its settings. */
    boolean isFile() {
        return name.startsWith("/");
    }
}
