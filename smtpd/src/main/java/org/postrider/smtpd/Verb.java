package org.postrider.smtpd;

import org.postrider.common.smtp.CommandLine;

/**
 * One row of the verb table.
 *
 * @param name upper case
 * @param junk it brings no mail nearer: smtpd_junk_command_limit
 * @param counted it shows in the line that says disconnect
 * @param last no command may be sent before it was answered (RFC 2920)
 */
record Verb(String name, Handler handler, boolean junk, boolean last, boolean counted) {
    Verb(String name, Handler handler, boolean junk, boolean last) {
        this(name, handler, junk, last, true);
    }

    /** What a verb does. It changes the session and says what to answer; it never writes to the connection. */
    @FunctionalInterface
    interface Handler {
        Outcome handle(Session session, CommandLine command);
    }
}
