package org.postrider.common.lookup;

/** An index file says something that can't be. Caught in this room. */
final class DamagedIndexException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedIndexException(String message) {
        super(message, null, false, false);
    }
}
