package org.postrider.commands;

/** A command line that can't be understood; the text says why. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
