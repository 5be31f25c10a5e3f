package org.postrider.rewrite;

/** Finds address operators in external form: what is quoted, behind a backslash, or in a domain literal is none. */
final class Operators {
    private Operators() {}

    /** Index of the first such character, or -1. */
    static int first(String address, char operator) {
        return find(address, operator, false);
    }

    /** Index of the last such character, or -1. */
    static int last(String address, char operator) {
        return find(address, operator, true);
    }

    private static int find(String address, char operator, boolean last) {
        if (address.indexOf(operator) < 0) {
            return -1;
        }
        int found = -1;
        boolean quoted = false;
        boolean literal = false;
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if (c == '\\') {
                i++;
            } else if (quoted || c == '"') {
                quoted = quoted != (c == '"');
            } else if (literal || c == '[') {
                literal = c != ']';
            } else if (c == operator) {
                if (!last) {
                    return i;
                }
                found = i;
            }
        }
        return found;
    }
}
