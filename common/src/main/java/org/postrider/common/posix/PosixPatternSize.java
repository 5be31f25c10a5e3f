package org.postrider.common.posix;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How much a pattern of regex(7) becomes when its repetitions are written out, which is what the C library does, and what it recurses
 * over: groups inside of groups, and one thing after the other that need not be there. Estimated from above; a pattern that is not
 * understood counts as it is written.
 *
 * @param length positions
 * @param optional positions that may be left out or come again
 * @param depth deepest nesting of groups
 * @param refersBack there is something like a back reference
 */
record PosixPatternSize(long length, long optional, int depth, boolean refersBack) {
    private static final long LONGEST = 20_000;
    /** A thread with a stack of 256 KB survives 500 to 2000 of them, depending on what they are. */
    private static final long MOST_OPTIONAL = 400;
    private static final int DEEPEST = 64;

    boolean isTooBig() {
        return length > LONGEST || optional > MOST_OPTIONAL || depth > DEEPEST;
    }

    static PosixPatternSize of(String pattern, boolean extended) {
        return pattern.length() > LONGEST
                ? new PosixPatternSize(pattern.length(), 0, 0, false)
                : new Reader(pattern, extended).read();
    }

    /** A part of a pattern, written out. */
    private record Size(long length, long optional) {
        static final Size NONE = new Size(0, 0);
        static final Size ONE = new Size(1, 0);

        Size and(Size other) {
            return new Size(length + other.length, optional + other.optional);
        }

        Size times(long times, long more) {
            long limit = LONGEST * LONGEST;
            return new Size(Math.min(length * times, limit), Math.min(optional * times + more, limit));
        }
    }

    private static final class Reader {
        private final String pattern;
        private final boolean extended;
        private final Deque<Size> around = new ArrayDeque<>();
        private int at;
        /** Of the group that is open, without its last thing. */
        private Size whole = Size.NONE;
        private Size last = Size.NONE;
        private int depth;
        private boolean refersBack;

        Reader(String pattern, boolean extended) {
            this.pattern = pattern;
            this.extended = extended;
        }

        PosixPatternSize read() {
            while (at < pattern.length()) {
                char c = pattern.charAt(at++);
                boolean escaped = c == '\\' && at < pattern.length();
                if (escaped) {
                    c = pattern.charAt(at++);
                    refersBack |= c >= '1' && c <= '9';
                }
                one(c, escaped);
            }
            while (!around.isEmpty()) {
                close();
            }
            Size size = whole.and(last);
            return new PosixPatternSize(size.length, size.optional, depth, refersBack);
        }

        private void one(char c, boolean escaped) {
            boolean special = escaped != extended;
            if (c == '(' && special) {
                around.push(whole.and(last));
                whole = Size.NONE;
                last = Size.NONE;
                depth = Math.max(depth, around.size());
            } else if (c == ')' && special && !around.isEmpty()) {
                close();
            } else if (c == '{' && special) {
                repeat();
            } else if (c == '+' && special) {
                last = last.times(2, 1);
            } else if ((c == '*' && !escaped) || (c == '?' && special)) {
                last = last.times(1, 1);
            } else {
                if (c == '[' && !escaped) {
                    skipBracket();
                }
                whole = whole.and(last);
                last = Size.ONE;
            }
        }

        private void close() {
            last = whole.and(last).and(Size.ONE);
            whole = around.pop();
        }

        /** {@code {n}}, {@code {n,}} or {@code {n,m}}; what goes beyond n may be left out. */
        private void repeat() {
            long least = number();
            long most = least;
            if (at < pattern.length() && pattern.charAt(at) == ',') {
                at++;
                most = Math.max(number(), least + 1);
            }
            if (at < pattern.length() && pattern.charAt(at) == '}') {
                at++;
            }
            last = last.times(Math.max(most, 1), Math.max(most - least, 0));
        }

        private long number() {
            long number = 0;
            while (at < pattern.length() && Character.isDigit(pattern.charAt(at))) {
                number = Math.min(number * 10 + (pattern.charAt(at++) - '0'), LONGEST);
            }
            return number;
        }

        /** Up to the bracket that ends the set, or to the end. */
        private void skipBracket() {
            int start = at < pattern.length() && pattern.charAt(at) == '^' ? at + 1 : at;
            int end = pattern.indexOf(']', start + 1);
            while (end > 0 && isInsideName(end)) {
                end = pattern.indexOf(']', end + 1);
            }
            at = end < 0 ? pattern.length() : end + 1;
        }

        /** The bracket that ends {@code [:alpha:]} does not end the set. */
        private boolean isInsideName(int end) {
            char kind = pattern.charAt(end - 1);
            return ":.=".indexOf(kind) >= 0 && pattern.lastIndexOf("[" + kind, end - 2) >= at;
        }
    }
}
