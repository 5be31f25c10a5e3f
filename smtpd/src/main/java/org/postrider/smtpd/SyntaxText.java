package org.postrider.smtpd;

import org.postrider.common.smtp.CommandLine;

/** What clients sent, as it is quoted in log lines. */
final class SyntaxText {
    private SyntaxText() {}

    /** The address part of MAIL or RCPT. */
    static String afterColon(CommandLine command) {
        String arguments = command.arguments();
        return arguments.substring(arguments.indexOf(':') + 1).strip();
    }

    /** Bytes that are not printable ASCII as escapes of C. */
    static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c < ' ' || c > '~') {
                        out.append(String.format("\\%03o", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.toString();
    }
}
