package org.postrider.common.ipc;

import java.io.IOException;

/** The other program sent what the protocol does not allow. The conversation can't go on. */
public final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message);
    }
}
