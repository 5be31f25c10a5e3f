package org.postrider.commands;

/** Text as JSON has it, RFC 8259. */
final class Json {
    private Json() {}

    /** A string literal; control characters become question marks. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else {
                quoted.append(c < ' ' || c == 127 ? '?' : c);
            }
        }
        return quoted.append('"').toString();
    }

    /** An object of strings: names and values in turn. */
    static String object(String... members) {
        StringBuilder text = new StringBuilder("{");
        for (int at = 0; at < members.length; at += 2) {
            text.append(at == 0 ? "" : ", ")
                    .append(quoted(members[at]))
                    .append(": ")
                    .append(quoted(members[at + 1]));
        }
        return text.append('}').toString();
    }
}
