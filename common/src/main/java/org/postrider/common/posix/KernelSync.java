package org.postrider.common.posix;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * fsync(2) of many files at the same time by one thread: the bytes of all first, by sync_file_range(2), then all names and sizes, by
 * io_submit(2) with IOCB_CMD_FSYNC (Linux 4.18). Where the kernel does not offer that, or has no more room for it
 * (/proc/sys/fs/aio-max-nr), one after the other, which promises the same and costs more flushes of the device.
 *
 * <p>One thread at a time. What the kernel keeps for it is given back when this object is gone.
 */
final class KernelSync implements SharedSync.Disk {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final int WRITE = 2;
    private static final int WAIT_BEFORE = 1;
    private static final int WAIT_AFTER = 4;
    private static final int FSYNC = 2;
    private static final int REQUEST = 64;
    private static final int REQUEST_OPERATION = 16;
    private static final int REQUEST_DESCRIPTOR = 20;
    private static final int EVENT = 32;
    private static final int EVENT_RESULT = 16;
    /** The machines whose numbers of system calls are known here. */
    private static final boolean NUMBERED = Inodes.ARM || System.getProperty("os.arch", "").equals("amd64");
    private static final LibraryFunction SYNC_RANGE = new LibraryFunction("sync_file_range", 4);
    private static final LibraryFunction CALL = new LibraryFunction("syscall", 6);

    /** Numbers of system calls, for which the C library has no names. */
    private enum Call {
        SETUP(206, 0), DESTROY(207, 1), AWAIT(208, 4), SUBMIT(209, 2);

        private final int number;

        Call(int x86, int arm) {
            this.number = Inodes.ARM ? arm : x86;
        }

        int with(long... values) throws PosixException {
            long[] all = new long[6];
            all[0] = number;
            System.arraycopy(values, 0, all, 1, values.length);
            return (int) CALL.callLong(all);
        }
    }

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment requests = arena.allocate((long) MOST * REQUEST, 8);
    private final MemorySegment pointers = arena.allocate((long) MOST * Long.BYTES, 8);
    private final MemorySegment events = arena.allocate((long) MOST * EVENT, 8);
    private long context;
    private boolean refused;

    KernelSync() {
        this(true);
    }

    /** @param together false: one after the other */
    KernelSync(boolean together) {
        refused = !together || !NUMBERED;
    }

    @Override
    public @Nullable IOException[] sync(int... descriptors) {
        @Nullable
        IOException[] failures = new IOException[descriptors.length];
        if (descriptors.length > 1) {
            writeBytes(descriptors, failures);
        }
        boolean[] synced = new boolean[descriptors.length];
        if (descriptors.length > 1 && isOpen()) {
            try {
                syncTogether(descriptors, failures, synced);
            } finally {
                Reference.reachabilityFence(this);
            }
        }
        for (int i = 0; i < descriptors.length; i++) {
            if (failures[i] == null && !synced[i]) {
                failures[i] = failureOf(descriptors[i], Inodes::sync);
            }
        }
        return failures;
    }

    /** An error is the file's: the kernel tells it only once. */
    private static void writeBytes(int[] descriptors, @Nullable IOException[] failures) {
        for (int i = 0; i < descriptors.length; i++) {
            failures[i] = failureOf(descriptors[i], descriptor -> SYNC_RANGE.call(descriptor, 0, 0, WRITE));
        }
        for (int i = 0; i < descriptors.length; i++) {
            if (failures[i] == null) {
                failures[i] = failureOf(descriptors[i],
                        descriptor -> SYNC_RANGE.call(descriptor, 0, 0, WAIT_BEFORE | WAIT_AFTER));
            }
        }
    }

    /** A system call on a descriptor. */
    private interface OnDescriptor {
        void call(int descriptor) throws IOException;
    }

    private static @Nullable IOException failureOf(int descriptor, OnDescriptor call) {
        try {
            call.call(descriptor);
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    /** What was opened is closed when this object is gone and no earlier: another may get the same number then. */
    private boolean isOpen() {
        if (context == 0 && !refused) {
            try {
                MemorySegment made = arena.allocate(Long.BYTES, 8);
                Call.SETUP.with(MOST, made.address());
                long opened = made.get(ValueLayout.JAVA_LONG, 0);
                context = opened;
                CLEANER.register(this, () -> destroy(opened));
            } catch (PosixException _) {
                refused = true;
            }
        }
        return context != 0 && !refused;
    }

    private static void destroy(long context) {
        try {
            Call.DESTROY.with(context);
        } catch (PosixException _) {
            // It goes with the process.
        }
    }

    /** Marks those it has synced, failed or not; the kernel may take fewer than it is given. */
    private void syncTogether(int[] descriptors, @Nullable IOException[] failures, boolean[] synced) {
        int asked = 0;
        for (int i = 0; i < descriptors.length; i++) {
            if (failures[i] == null) {
                MemorySegment request = requests.asSlice((long) asked * REQUEST, REQUEST).fill((byte) 0);
                request.set(ValueLayout.JAVA_LONG, 0, i);
                request.set(ValueLayout.JAVA_SHORT, REQUEST_OPERATION, (short) FSYNC);
                request.set(ValueLayout.JAVA_INT, REQUEST_DESCRIPTOR, descriptors[i]);
                pointers.setAtIndex(ValueLayout.JAVA_LONG, asked, request.address());
                asked++;
            }
        }
        int waited = submit(asked);
        while (waited > 0) {
            int come = await(waited);
            for (int e = 0; e < come; e++) {
                MemorySegment event = events.asSlice((long) e * EVENT, EVENT);
                int i = (int) event.get(ValueLayout.JAVA_LONG, 0);
                long result = event.get(ValueLayout.JAVA_LONG, EVENT_RESULT);
                synced[i] = true;
                failures[i] = result < 0 ? new PosixException("fsync", (int) -result) : null;
            }
            waited -= come;
        }
    }

    private int submit(int asked) {
        if (asked == 0) {
            return 0;
        }
        try {
            return Call.SUBMIT.with(context, asked, pointers.address());
        } catch (PosixException e) {
            refused = e.errno() != Errno.EAGAIN;
            return 0;
        }
    }

    private int await(int number) {
        while (true) {
            try {
                return Call.AWAIT.with(context, number, number, events.address(), 0);
            } catch (PosixException e) {
                if (e.errno() != Errno.EINTR) {
                    // What is still under way must not be taken for an answer to what is asked later.
                    refused = true;
                    throw new IllegalStateException("io_getevents: " + e.getMessage(), e);
                }
            }
        }
    }
}
