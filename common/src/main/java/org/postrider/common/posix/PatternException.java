package org.postrider.common.posix;

/** A pattern that can't be compiled, or a match that was given up; the message is the library's. */
public final class PatternException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int offset;
    private final boolean impatience;

    private PatternException(String message, int offset, boolean impatience) {
        super(message, null, false, false);
        this.offset = offset;
        this.impatience = impatience;
    }

    /** @param offset where in the pattern, from 0 */
    static PatternException compiling(String message, int offset) {
        return new PatternException(message, offset, false);
    }

    static PatternException matching(String message, boolean impatience) {
        return new PatternException(message, -1, impatience);
    }

    /** Where in the pattern the mistake was noticed, from 0; -1 where that is not known. */
    public int offset() {
        return offset;
    }

    /** True when the match would have gone on, had the caller been patient. */
    public boolean isImpatience() {
        return impatience;
    }
}
