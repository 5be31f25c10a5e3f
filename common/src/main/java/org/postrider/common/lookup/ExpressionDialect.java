package org.postrider.common.lookup;

import org.postrider.common.posix.NativePattern;
import org.postrider.common.posix.PatternException;
import org.postrider.common.posix.PerlPattern;
import org.postrider.common.posix.PosixPattern;

/** What regexp_table(5) and pcre_table(5) do not have in common: flags, libraries, words. A flag turns its default round. */
enum ExpressionDialect {
    /** The C library's expressions; extended unless the flag x says otherwise. */
    REGEXP("regexp", PosixPattern.EXTENDED | PosixPattern.CASELESS, "skipping") {
        @Override
        int bit(char flag) {
            return switch (flag) {
                case 'i' -> PosixPattern.CASELESS;
                case 'm' -> PosixPattern.MULTI_LINE;
                case 'x' -> PosixPattern.EXTENDED;
                default -> 0;
            };
        }

        @Override
        NativePattern compile(String pattern, int options, boolean needsGroups) throws PatternException {
            return PosixPattern.compile(pattern, needsGroups ? options : options | PosixPattern.WITHOUT_GROUPS);
        }

        @Override
        String words(PatternException e) {
            return String.valueOf(e.getMessage());
        }
    },
    /** libpcre2's expressions. */
    PCRE("pcre", PerlPattern.CASELESS | PerlPattern.DOT_ALL, "ignoring") {
        @Override
        int bit(char flag) {
            return switch (flag) {
                case 'i' -> PerlPattern.CASELESS;
                case 'm' -> PerlPattern.MULTI_LINE;
                case 's' -> PerlPattern.DOT_ALL;
                case 'x' -> PerlPattern.EXTENDED;
                case 'A' -> PerlPattern.ANCHORED;
                case 'E' -> PerlPattern.DOLLAR_END_ONLY;
                case 'U' -> PerlPattern.UNGREEDY;
                default -> 0;
            };
        }

        @Override
        NativePattern compile(String pattern, int options, boolean needsGroups) throws PatternException {
            return PerlPattern.compile(pattern, options);
        }

        @Override
        String words(PatternException e) {
            return "error in regex at offset " + e.offset() + ": " + e.getMessage();
        }
    };

    private final String title;
    private final int defaults;
    private final String verb;

    ExpressionDialect(String title, int defaults, String verb) {
        this.title = title;
        this.defaults = defaults;
        this.verb = verb;
    }

    /** The table type. */
    String title() {
        return title;
    }

    int defaults() {
        return defaults;
    }

    /** What becomes of a rule without a second delimiter. */
    String verb() {
        return verb;
    }

    /** The library's bit for this flag; 0 for none. */
    abstract int bit(char flag);

    abstract NativePattern compile(String pattern, int options, boolean needsGroups) throws PatternException;

    /** What the warning says about a pattern that the library refuses. */
    abstract String words(PatternException e);
}
