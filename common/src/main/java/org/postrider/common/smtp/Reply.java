package org.postrider.common.smtp;

import java.util.List;

/**
 * One SMTP reply (RFC 5321 section 4.2), sent or received.
 *
 * @param code three digits, 200 to 599
 * @param status enhanced status code (RFC 3463) such as {@code 5.1.1}; empty where the reply has none
 * @param text the lines without code and status, at least one
 */
public record Reply(int code, String status, List<String> text) {
    public Reply {
        if (code < 200 || code > 599 || text.isEmpty()) {
            throw new IllegalArgumentException("not an SMTP reply: " + code + " " + text);
        }
        text = List.copyOf(text);
    }

    /** A reply of one line with an enhanced status code. */
    public static Reply of(int code, String status, String text) {
        return new Reply(code, status, List.of(text));
    }

    /** A reply of one line without an enhanced status code. */
    public static Reply plain(int code, String text) {
        return new Reply(code, "", List.of(text));
    }

    /** The command was done: 2xx. */
    public boolean isSuccess() {
        return code / 100 == 2;
    }

    /** Go on: 3xx. */
    public boolean isContinue() {
        return code / 100 == 3;
    }

    /** Refused for now: 4xx. */
    public boolean isTemporary() {
        return code / 100 == 4;
    }

    /** Refused for good: 5xx. */
    public boolean isPermanent() {
        return code / 100 == 5;
    }

    /** Refused, for now or for good. */
    public boolean isFailure() {
        return code >= 400;
    }

    /** Everything in one line, as it is logged: {@code 550 5.1.1 first line second line}. */
    public String inOneLine() {
        StringBuilder line = new StringBuilder(64);
        for (int i = 0; i < text.size(); i++) {
            line.append(i == 0 ? head(' ') : " ").append(text.get(i));
        }
        return line.toString();
    }

    /** The bytes on the wire, every line with code and status and CRLF. */
    public String onTheWire() {
        StringBuilder bytes = new StringBuilder(64);
        for (int i = 0; i < text.size(); i++) {
            bytes.append(head(i < text.size() - 1 ? '-' : ' ')).append(text.get(i)).append("\r\n");
        }
        return bytes.toString();
    }

    private String head(char separator) {
        return status.isEmpty() ? "" + code + separator : "" + code + separator + status + " ";
    }

    @Override
    public String toString() {
        return inOneLine();
    }
}
