package org.postrider.qmgr;

import java.io.IOException;

/** Nobody listens on a transport's socket. */
final class AgentUnreachableException extends IOException {
    private static final long serialVersionUID = 1;

    AgentUnreachableException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
