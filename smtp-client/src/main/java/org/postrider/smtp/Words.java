package org.postrider.smtp;

import org.postrider.common.smtp.Reply;

/** A server's words as they are shown: bounded, one line, nothing unprintable. */
final class Words {
    private static final int LONGEST = 2000;

    private Words() {}

    /** All lines of a reply, each with its code as it came: {@code 550-5.1.1 No 550 5.1.1 such user}. */
    static String oneLine(Reply reply) {
        String wire = reply.onTheWire();
        return printable(wire.replace("\r\n", " ").stripTrailing());
    }

    static String printable(String text) {
        int length = Math.min(text.length(), LONGEST);
        StringBuilder shown = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            shown.append(c < ' ' || c == 127 ? '?' : c);
        }
        return shown.toString();
    }
}
