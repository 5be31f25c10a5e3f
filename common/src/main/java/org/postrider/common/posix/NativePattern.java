package org.postrider.common.posix;

/**
 * A regular expression compiled by the C library ({@link PosixPattern}) or by libpcre2 ({@link PerlPattern}). Patterns and texts have
 * one char for each byte. Safe for many threads, each with a {@link PatternText} of its own. {@link #close()} frees the memory, which
 * must not happen during a match; a pattern that nobody closed is freed when nobody can reach it any more.
 */
public sealed interface NativePattern extends AutoCloseable permits PosixPattern, PerlPattern {
    /** How many groups in parentheses it has. */
    int groups();

    /** False where this text can't match, as the library would find out at greater cost; true promises nothing. */
    boolean mayMatch(PatternText text);

    /**
     * Looks for the pattern in the text. After a match {@link PatternText#group} has what the groups matched.
     *
     * @param patient with the library's own limits; otherwise a match that takes, or might take, more than a millisecond or two is
     *     given up
     * @throws PatternException when the library gives up: {@link PatternException#isImpatience()} when patience may help
     */
    boolean matches(PatternText text, boolean patient) throws PatternException;

    @Override
    void close();
}
