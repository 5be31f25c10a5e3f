package org.postrider.common.lookup;

/** Text under a regular expression that stops the match after so many looks at a character: a bound on backtracking. */
final class MeteredText implements CharSequence {
    private static final long LOOKS_FREE = 1_000_000;
    private static final long LOOKS_PER_CHARACTER = 100;

    /** The match was given up. */
    static final class ExhaustedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ExhaustedException() {
            super(null, null, false, false);
        }
    }

    private final String text;
    private long looks;

    MeteredText(String text) {
        this.text = text;
        this.looks = LOOKS_FREE + LOOKS_PER_CHARACTER * text.length();
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(int index) {
        if (--looks < 0) {
            throw new ExhaustedException();
        }
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
