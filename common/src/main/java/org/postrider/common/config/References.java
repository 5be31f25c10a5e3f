package org.postrider.common.config;

import java.util.LinkedHashSet;
import java.util.Set;

/** Finds the names that a value refers to with {@code $}, without evaluating it; for commands that look for misspelt names. */
public final class References {
    private References() {}

    /** The names in order, each once. Never fails, whatever the text is. */
    public static Set<String> in(String text) {
        Set<String> names = new LinkedHashSet<>();
        int at = text.indexOf('$');
        while (at >= 0 && at + 1 < text.length()) {
            int next = at + 1;
            char c = text.charAt(next);
            if (c == '$') {
                next++;
            } else {
                int start = c == '{' || c == '(' ? Braces.skipSpace(text, next + 1) : next;
                int end = Expansion.nameEnd(text, start);
                if (end > start && !isFunction(text, next, end)) {
                    names.add(text.substring(start, end));
                }
                next = Math.max(next, end);
            }
            at = text.indexOf('$', next);
        }
        return names;
    }

    /** {@code ${domain_to_ascii{text}}}: a name with an argument is none of a parameter. */
    private static boolean isFunction(String text, int open, int end) {
        int after = Braces.skipSpace(text, end);
        return text.charAt(open) == '{' && after < text.length() && text.charAt(after) == '{';
    }
}
