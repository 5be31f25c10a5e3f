package org.postrider.local;

/** One item on the right-hand side of an alias, in a .forward file or an include file (aliases(5)). */
sealed interface Destination {
    /** Mail is forwarded to this address, written as in a message header. */
    record ToAddress(String text) implements Destination {}

    /** {@code \name}: the user's mailbox, without aliases and .forward. */
    record ToUser(String name) implements Destination {}

    /** {@code |command}. */
    record ToCommand(String command) implements Destination {}

    /** {@code /file/name}. */
    record ToFile(String path) implements Destination {}

    /** {@code :include:/file/name}. */
    record ToInclude(String path) implements Destination {}
}
