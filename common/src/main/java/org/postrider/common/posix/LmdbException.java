package org.postrider.common.posix;

import java.io.IOException;

/** liblmdb refused something; the message is the library's. */
public final class LmdbException extends IOException {
    private static final long serialVersionUID = 1L;

    LmdbException(String message) {
        super(message);
    }
}
