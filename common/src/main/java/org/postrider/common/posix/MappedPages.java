package org.postrider.common.posix;

import java.lang.foreign.MemorySegment;

/** Files in memory, as the kernel sees them: madvise(2). */
public final class MappedPages {
    private static final int DONT_NEED = 4;
    private static final LibraryFunction ADVISE = new LibraryFunction("madvise", 3);

    private MappedPages() {}

    /** Takes the pages of a file that is mapped for reading out of the process; the next who reads there finds them in the kernel's cache. */
    public static void release(MemorySegment file) {
        if (file.byteSize() > 0) {
            long _ = ADVISE.plain(file.address(), file.byteSize(), DONT_NEED);
        }
    }
}
