package org.postrider.smtpd;

import org.postrider.common.smtp.CommandLine;

/** Parts of commands as they are quoted in log lines. */
final class SyntaxText {
    private SyntaxText() {}

    /** The address part of MAIL or RCPT. */
    static String afterColon(CommandLine command) {
        String arguments = command.arguments();
        return arguments.substring(arguments.indexOf(':') + 1).strip();
    }
}
