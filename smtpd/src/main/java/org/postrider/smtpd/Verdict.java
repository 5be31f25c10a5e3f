package org.postrider.smtpd;

import org.postrider.common.smtp.Reply;

/** What a restriction, or a list of them, says. */
sealed interface Verdict {
    /** No opinion: the next restriction is asked. */
    record Dunno() implements Verdict {}

    /** Accepted: the rest of this list is not asked. */
    record Permit() implements Verdict {}

    /**
     * Refused, for now or for good, as the code says.
     *
     * @param cause what stands behind it
     */
    record Refuse(Reply reply, Cause cause) implements Verdict {}

    /** Close the connection without a word. */
    record Hangup() implements Verdict {}

    /** Why a restriction refuses; the client hears it in the reply, the postmaster as notify_classes has it. */
    enum Cause {
        /** It was told to. */
        RULE,
        /** The sender or recipient does not exist. */
        UNKNOWN_ADDRESS,
        /** What is to be known of an address can't be asked now. */
        LOOKUP,
        /** An access table can't be asked now. */
        ACCESS_TABLE,
        /** main.cf says what can't be done. */
        CONFIGURATION;

        /** The server itself is at fault: warn_if_reject does not soften this. */
        boolean isTrouble() {
            return this == LOOKUP || this == ACCESS_TABLE || this == CONFIGURATION;
        }
    }

    Verdict DUNNO = new Dunno();
    Verdict PERMIT = new Permit();

    /** Something is wrong with main.cf; the reason was logged. */
    static Verdict badConfiguration() {
        return new Refuse(Reply.of(451, "4.3.5", "Server configuration error"), Cause.CONFIGURATION);
    }
}
