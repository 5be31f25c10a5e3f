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
     * @param trouble the server itself is at fault (configuration, a table, the network): warn_if_reject does not soften this
     */
    record Refuse(Reply reply, boolean trouble) implements Verdict {}

    /** Close the connection without a word. */
    record Hangup() implements Verdict {}

    Verdict DUNNO = new Dunno();
    Verdict PERMIT = new Permit();

    /** Something is wrong with main.cf; the reason was logged. */
    static Verdict badConfiguration() {
        return new Refuse(Reply.of(451, "4.3.5", "Server configuration error"), true);
    }
}
