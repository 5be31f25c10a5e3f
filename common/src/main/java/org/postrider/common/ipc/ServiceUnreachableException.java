package org.postrider.common.ipc;

import java.io.IOException;
import java.nio.file.Path;

/** A service's socket that nobody can be reached at. The message names the socket, for the log. */
public final class ServiceUnreachableException extends IOException {
    private static final long serialVersionUID = 1;

    private final String reason;

    /** @param cause the system's reason alone */
    public ServiceUnreachableException(Path socket, IOException cause) {
        super(socket + ": " + cause.getMessage(), cause);
        this.reason = String.valueOf(cause.getMessage());
    }

    /** What the system says, {@code Connection refused}, for lines that name the service themselves. */
    public String reason() {
        return reason;
    }
}
