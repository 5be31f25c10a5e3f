package org.postrider.tables;

import java.io.IOException;

/** A database can't answer now. The message is for the log and says which one and why; the lookup is to be tried later. */
public final class DatabaseException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean reached;

    /** A server was there and its answer is of no use. */
    public DatabaseException(String message) {
        this(message, true);
    }

    /** @param reached whether there was a connection to a server */
    DatabaseException(String message, boolean reached) {
        super(message);
        this.reached = reached;
    }

    /** Whether there was a connection to a server. */
    public boolean reached() {
        return reached;
    }
}
