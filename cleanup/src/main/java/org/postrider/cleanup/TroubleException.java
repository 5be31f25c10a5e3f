package org.postrider.cleanup;

/** A message can't be taken because of what a table says, or because a table could not be asked. */
final class TroubleException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * @param status one bit of {@link org.postrider.common.ipc.CleanupStatus}
     * @param reason for the client, with an enhanced status code; empty for the standard text
     */
    TroubleException(int status, String reason) {
        super(reason);
        this.status = status;
    }

    int status() {
        return status;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
