package org.postrider.common.queue;

import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;

/**
 * Name of a message and of its files. It is made of the time of creation and the file's inode number, so no two files that exist
 * at the same time share one.
 *
 * <p>Short form: microseconds within the second as at least five hexadecimal digits, then the inode number in hexadecimal. Such a
 * name returns after the file is gone. Long form: seconds in base 52, microseconds in base 52 with four digits, {@code z}, the
 * inode number in base 51; it never returns.
 */
public record QueueId(String text) implements Comparable<QueueId> {
    private static final String DIGITS = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
    private static final int INODE_BASE = 51;
    private static final int TIME_BASE = 52;
    private static final int LEAST_SECONDS_DIGITS = 6;
    private static final int MICROSECOND_DIGITS = 4;
    private static final int SHORT_MICROSECOND_DIGITS = 5;
    /** The greatest number of characters. */
    public static final int LONGEST = 255;

    /**
     * @throws IllegalArgumentException when the text can't be an id; use {@link #parse} on what others wrote
     */
    public QueueId {
        if (!isValid(text)) {
            throw new IllegalArgumentException("not a queue id: " + text);
        }
    }

    /** The id with this text, or empty when it can't be one: nothing but letters, digits and {@code _}, at most 255. */
    public static Optional<QueueId> parse(String text) {
        return isValid(text) ? Optional.of(new QueueId(text)) : Optional.empty();
    }

    /** The id of a file created at this time. */
    public static QueueId of(Instant created, long inode, boolean longForm) {
        int micros = created.getNano() / 1000;
        if (!longForm) {
            return new QueueId(shortMicros(micros) + Long.toHexString(inode).toUpperCase(Locale.ROOT));
        }
        return new QueueId(digits(created.getEpochSecond(), TIME_BASE, LEAST_SECONDS_DIGITS)
                + digits(micros, TIME_BASE, MICROSECOND_DIGITS) + 'z' + digits(inode, INODE_BASE, 1));
    }

    /**
     * The id of an address probe, which has no file: like a short one whose inode number begins with 0, as none does.
     *
     * @param process number of the process that gives it
     * @param count how many it has given before; 65,536 in one microsecond are told apart
     */
    public static QueueId ofProbe(Instant created, int process, int count) {
        return new QueueId(
                shortMicros(created.get(ChronoField.MICRO_OF_SECOND))
                        + "0%04X%04X".formatted(process & 0xffff, count & 0xffff));
    }

    /** True for the long form: its last {@code z} stands behind at least ten characters. */
    public boolean isLong() {
        return text.lastIndexOf('z') >= LEAST_SECONDS_DIGITS + MICROSECOND_DIGITS;
    }

    /** The short id of this one's time with another inode number. */
    public QueueId shortFor(long inode) {
        return new QueueId(hash(SHORT_MICROSECOND_DIGITS) + Long.toHexString(inode).toUpperCase(Locale.ROOT));
    }

    /**
     * This long id with another inode number.
     *
     * @throws IllegalStateException for a short id, which does not say enough
     */
    public QueueId longFor(long inode) {
        if (!isLong()) {
            throw new IllegalStateException("a short id: " + text);
        }
        return new QueueId(text.substring(0, text.lastIndexOf('z') + 1) + digits(inode, INODE_BASE, 1));
    }

    /**
     * An id of this form for a file that was created so many microseconds later. Surprise: a short one does not say in which second, so
     * its microseconds begin anew.
     */
    QueueId later(int microseconds, long inode) {
        Instant time = created().orElseGet(() -> Instant.ofEpochSecond(0,
                1000L * Integer.parseInt(hash(SHORT_MICROSECOND_DIGITS), 16)));
        return of(time.plusNanos(1000L * microseconds), inode, isLong());
    }

    /** When a message with a long id was created; empty for a short id, which does not say. */
    public Optional<Instant> created() {
        if (!isLong()) {
            return Optional.empty();
        }
        int end = text.lastIndexOf('z');
        long seconds = number(0, end - MICROSECOND_DIGITS, TIME_BASE);
        long micros = number(end - MICROSECOND_DIGITS, end, TIME_BASE);
        return seconds < 0 || micros < 0
                ? Optional.empty()
                : Optional.of(Instant.ofEpochSecond(seconds, micros * 1000));
    }

    /** The inode number in the id, or -1 when what stands there is not a number. */
    public long inode() {
        if (isLong()) {
            return number(text.lastIndexOf('z') + 1, text.length(), INODE_BASE);
        }
        if (text.length() < 6) {
            return -1;
        }
        try {
            return Long.parseLong(text, 5, text.length(), 16);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    /**
     * The characters that choose the subdirectory in a hashed queue. Surprise: those of a long id are not its first ones, which
     * hardly change, but the ones its short form would start with.
     */
    public String hash(int depth) {
        String source = text;
        if (isLong()) {
            int end = text.lastIndexOf('z');
            source = shortMicros(Math.max(0, number(end - MICROSECOND_DIGITS, end, TIME_BASE)));
        }
        if (source.length() >= depth) {
            return source.substring(0, depth);
        }
        return source + "_".repeat(depth - source.length());
    }

    private static String shortMicros(long micros) {
        String hex = Long.toHexString(micros).toUpperCase(Locale.ROOT);
        return hex.length() >= 5 ? hex : "0".repeat(5 - hex.length()) + hex;
    }

    private static String digits(long number, int base, int least) {
        StringBuilder reversed = new StringBuilder(16);
        for (long rest = number; rest > 0; rest /= base) {
            reversed.append(DIGITS.charAt((int) (rest % base)));
        }
        while (reversed.length() < least) {
            reversed.append('0');
        }
        return reversed.reverse().toString();
    }

    private long number(int from, int to, int base) {
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = DIGITS.indexOf(text.charAt(i));
            if (digit < 0 || digit >= base || value > (Long.MAX_VALUE - digit) / base) {
                return -1;
            }
            value = value * base + digit;
        }
        return from == to ? -1 : value;
    }

    private static boolean isValid(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean good = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
            if (!good) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(QueueId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
