package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;

/** CLOCK_BOOTTIME: goes on evenly, also while the machine sleeps, whatever the system's clock is set to. */
public final class BootClock {
    private static final int BOOT_TIME = 7;
    private static final LibraryFunction GET_TIME = new LibraryFunction("clock_gettime", 2);

    private BootClock() {}

    /** Nanoseconds since the machine started. */
    public static long nanos() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
            long _ = GET_TIME.plain(BOOT_TIME, time.address());
            return TimeUnit.SECONDS.toNanos(time.getAtIndex(ValueLayout.JAVA_LONG, 0))
                    + time.getAtIndex(ValueLayout.JAVA_LONG, 1);
        }
    }
}
