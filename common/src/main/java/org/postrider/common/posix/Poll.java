package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** poll(2): waits until one of several descriptors is ready. */
public final class Poll {
    /** There is something to read, or to accept. */
    public static final int READABLE = 1;
    /** Writing will not block. */
    public static final int WRITABLE = 4;
    /** The other side has gone, or the descriptor is broken: POLLERR, POLLHUP, POLLNVAL. */
    public static final int BROKEN = 8 | 16 | 32;

    private static final int ENTRY = 8;
    private static final LibraryFunction POLL = new LibraryFunction("poll", 3);

    private Poll() {}

    /**
     * Waits.
     *
     * @param events what to wait for, per descriptor
     * @param millis the longest wait; negative for ever
     * @return what happened, per descriptor; all zero after the time or when a signal broke the wait off
     */
    public static int[] await(int[] descriptors, int[] events, int millis) throws PosixException {
        int count = descriptors.length;
        int[] happened = new int[count];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = arena.allocate((long) ENTRY * Math.max(1, count), Integer.BYTES);
            for (int i = 0; i < count; i++) {
                set.set(ValueLayout.JAVA_INT, (long) i * ENTRY, descriptors[i]);
                set.set(ValueLayout.JAVA_SHORT, (long) i * ENTRY + 4, (short) events[i]);
            }
            int ready = POLL.call(set.address(), count, millis);
            for (int i = 0; ready > 0 && i < count; i++) {
                happened[i] = set.get(ValueLayout.JAVA_SHORT, (long) i * ENTRY + 6);
            }
        } catch (PosixException e) {
            if (e.errno() != Errno.EINTR) {
                throw e;
            }
        }
        return happened;
    }
}
