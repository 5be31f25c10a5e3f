package org.postrider.common.lookup;

import java.util.ArrayList;
import java.util.List;

/** Splits what an administrator wrote in one parameter: items between commas and white space, a pair of braces keeps them together. */
public final class ListText {
    private ListText() {}

    /** The items, braces still on them. A closing brace that is missing ends with the text. */
    public static List<String> split(String text) {
        List<String> items = new ArrayList<>();
        StringBuilder item = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (depth == 0 && isSeparator(c)) {
                if (!item.isEmpty()) {
                    items.add(item.toString());
                    item.setLength(0);
                }
                continue;
            }
            depth += c == '{' ? 1 : c == '}' && depth > 0 ? -1 : 0;
            item.append(c);
        }
        if (!item.isEmpty()) {
            items.add(item.toString());
        }
        return items;
    }

    /** The text inside one pair of braces, trimmed; the text itself where it is not in braces. */
    public static String unbrace(String text) {
        return isBraced(text) ? text.substring(1, text.length() - 1).strip() : text;
    }

    public static boolean isBraced(String text) {
        return text.length() >= 2 && text.charAt(0) == '{' && text.charAt(text.length() - 1) == '}';
    }

    private static boolean isSeparator(char c) {
        return c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }
}
