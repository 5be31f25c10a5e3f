package org.postrider.common.mail;

/**
 * An enhanced status code (RFC 3463) and the text after it.
 *
 * @param code {@code class.subject.detail}, as {@code 5.1.1}
 * @param text free text, may be empty
 */
public record DsnStatus(String code, String text) {
    /** Takes the code at the start of a text, or this one where the text has none. */
    public static DsnStatus of(String text, String missing) {
        int length = codeLength(text);
        return length == 0
                ? new DsnStatus(missing, text)
                : new DsnStatus(text.substring(0, length), text.substring(length).stripLeading());
    }

    /** True for a code and nothing else. */
    public static boolean isCode(String text) {
        return !text.isEmpty() && codeLength(text) == text.length();
    }

    /**
     * Length of the code that a text starts with; 0 when it does not start with one. A code is followed by white space or by the
     * text's end; class is 2, 4 or 5, subject and detail have one to three digits.
     */
    public static int codeLength(String text) {
        if (text.length() < 5 || "245".indexOf(text.charAt(0)) < 0 || text.charAt(1) != '.') {
            return 0;
        }
        int subject = digits(text, 2);
        if (subject == 0 || at(text, 2 + subject) != '.') {
            return 0;
        }
        int detail = digits(text, 3 + subject);
        int end = 3 + subject + detail;
        char next = at(text, end);
        return detail > 0 && (end == text.length() || next == ' ' || next == '\t') ? end : 0;
    }

    private static int digits(String text, int start) {
        int count = 0;
        while (count < 3 && at(text, start + count) >= '0' && at(text, start + count) <= '9') {
            count++;
        }
        return count;
    }

    private static char at(String text, int index) {
        return index < text.length() ? text.charAt(index) : '\0';
    }

    /** The same with another class digit: the reply code decides what an enhanced code may say. */
    public DsnStatus withClass(char digit) {
        return code.charAt(0) == digit ? this : new DsnStatus(digit + code.substring(1), text);
    }

    public boolean isSuccess() {
        return code.charAt(0) == '2';
    }

    public boolean isTemporary() {
        return code.charAt(0) == '4';
    }

    public boolean isPermanent() {
        return code.charAt(0) == '5';
    }

    /** Code and text. */
    @Override
    public String toString() {
        return text.isEmpty() ? code : code + ' ' + text;
    }
}
