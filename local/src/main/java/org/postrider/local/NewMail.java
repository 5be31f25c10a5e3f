package org.postrider.local;

/** Who hears that a message has arrived in a mailbox file. */
interface NewMail {
    /** Nobody does: biff = no. */
    NewMail SILENT = (_, _) -> {
    };

    /**
     * A message has been appended.
     *
     * @param offset where in the mailbox it begins, in bytes
     */
    void arrived(String user, long offset);
}
