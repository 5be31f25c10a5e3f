package org.postrider.common.posix;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How much a pattern of regex(7) becomes when its repetitions are written out, which is what the C library does, and how deep its
 * groups nest, over which the library recurses. Estimated from above: a pattern that is not understood counts as it is written.
 *
 * @param length positions, repetitions written out
 * @param depth deepest nesting of groups
 * @param refersBack there is something like a back reference
 */
record PosixPatternSize(long length, int depth, boolean refersBack) {
    private static final long LONGEST = 16_384;
    private static final int DEEPEST = 64;

    boolean isTooBig() {
        return length > LONGEST || depth > DEEPEST;
    }

    static PosixPatternSize of(String pattern, boolean extended) {
        return new Reader(pattern, extended).read();
    }

    private static final class Reader {
        private final String pattern;
        private final boolean extended;
        private final Deque<Long> around = new ArrayDeque<>();
        private int at;
        /** Of the group that is open, and of the last thing in it. */
        private long length;
        private long last;
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
            return new PosixPatternSize(length, depth, refersBack);
        }

        private void one(char c, boolean escaped) {
            boolean special = escaped != extended;
            if (c == '(' && special) {
                around.push(length);
                length = 0;
                depth = Math.max(depth, around.size());
            } else if (c == ')' && special && !around.isEmpty()) {
                close();
            } else if (c == '{' && special) {
                repeat();
            } else if (c == '+' && special) {
                multiply(2);
            } else {
                if (c == '[' && !escaped) {
                    skipBracket();
                }
                last = 1;
                length++;
            }
        }

        private void close() {
            last = length + 1;
            length = Math.min(last + around.pop(), LONGEST * LONGEST);
        }

        /** The greater of the two numbers counts, and one more for what is open above. */
        private void repeat() {
            long times = 0;
            long number = 0;
            while (at < pattern.length() && (Character.isDigit(pattern.charAt(at)) || pattern.charAt(at) == ',')) {
                char c = pattern.charAt(at++);
                number = c == ',' ? 0 : Math.min(number * 10 + (c - '0'), LONGEST);
                times = Math.max(times, number);
            }
            multiply(times + 1);
        }

        private void multiply(long times) {
            long whole = Math.min(last * times, LONGEST * LONGEST);
            length = Math.min(length - last + whole, LONGEST * LONGEST);
            last = whole;
        }

        private void skipBracket() {
            int start = at < pattern.length() && pattern.charAt(at) == '^' ? at + 1 : at;
            int end = pattern.indexOf(']', start + 1);
            while (end > 0 && isInsideName(end)) {
                end = pattern.indexOf(']', end + 1);
            }
            if (end > 0) {
                at = end + 1;
            }
        }

        /** The bracket that ends {@code [:alpha:]} does not end the set. */
        private boolean isInsideName(int end) {
            char kind = pattern.charAt(end - 1);
            if (":.=".indexOf(kind) < 0) {
                return false;
            }
            int open = pattern.lastIndexOf("[" + kind, end - 2);
            return open >= at;
        }
    }
}
