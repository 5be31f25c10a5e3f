package org.postrider.common.posix;

import java.io.IOException;

/** A system call failed. The message is strerror(3)'s text, as the log lines want it; the number and the call stand beside it. */
public final class PosixException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    PosixException(String call, int errno) {
        super(ErrorText.of(errno));
        this.call = call;
        this.errno = errno;
    }

    /** The number, see {@link Errno}. */
    public int errno() {
        return errno;
    }

    /** The name of the C function. */
    public String call() {
        return call;
    }
}
