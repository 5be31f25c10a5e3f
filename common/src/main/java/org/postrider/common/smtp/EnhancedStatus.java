package org.postrider.common.smtp;

/** Finds enhanced status codes (RFC 3463) at the start of a text: {@code class.subject.detail}. */
public final class EnhancedStatus {
    private EnhancedStatus() {}

    /** Length of the code at the start of the text, followed by a blank or the end; 0 when there is none. */
    public static int lengthAtStart(String text) {
        if (text.length() < 5 || "245".indexOf(text.charAt(0)) < 0 || text.charAt(1) != '.') {
            return 0;
        }
        int subject = digits(text, 2);
        if (subject == 2 || subject >= text.length() || text.charAt(subject) != '.') {
            return 0;
        }
        int end = digits(text, subject + 1);
        boolean complete = end > subject + 1 && (end == text.length() || text.charAt(end) == ' ');
        return complete ? end : 0;
    }

    /** The code at the start of the text; empty when there is none. */
    public static String atStart(String text) {
        return text.substring(0, lengthAtStart(text));
    }

    /** The text after the code at its start and the blanks that follow. */
    public static String rest(String text) {
        int at = lengthAtStart(text);
        while (at > 0 && at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return text.substring(at);
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && at < from + 3 && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
