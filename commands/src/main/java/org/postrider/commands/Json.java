package org.postrider.commands;

import org.postrider.common.mail.JsonString;

/** Text as JSON has it, RFC 8259. */
final class Json {
    private Json() {}

    /** A string literal. */
    static String quoted(String text) {
        return JsonString.quoted(text);
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
