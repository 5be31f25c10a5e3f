package org.postrider.common.posix;

import java.lang.foreign.MemorySegment;

/** The text of an error number, strerrordesc_np(3): always English, the same text everywhere. */
@SuppressWarnings("restricted") // The text lies where the C library says.
final class ErrorText {
    private static final LibraryFunction DESCRIPTION = new LibraryFunction("strerrordesc_np", 1);
    private static final int LONGEST = 256;

    private ErrorText() {}

    static String of(int errno) {
        long text = DESCRIPTION.plain(errno);
        if (text == 0) {
            return "Unknown error " + errno;
        }
        return MemorySegment.ofAddress(text).reinterpret(LONGEST).getString(0);
    }
}
