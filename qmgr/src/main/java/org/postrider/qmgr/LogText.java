package org.postrider.qmgr;

import java.time.Duration;
import java.time.Instant;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.DelayFormat;
import org.postrider.common.mail.Recipient;

/** Parts of the log lines that qmgr writes itself. */
final class LogText {
    private LogText() {}

    /** An address as it stands in a line: external form, what can't be printed as a question mark. */
    static String address(String address) {
        String text = Address.toExternal(address);
        for (int i = 0; i < text.length(); i++) {
            if (!isPrintable(text.charAt(i))) {
                return cleaned(text);
            }
        }
        return text;
    }

    private static boolean isPrintable(char c) {
        return c >= ' ' && c != 0x7f;
    }

    private static String cleaned(String address) {
        StringBuilder text = new StringBuilder(address);
        for (int i = 0; i < text.length(); i++) {
            if (!isPrintable(text.charAt(i))) {
                text.setCharAt(i, '?');
            }
        }
        return text.toString();
    }

    /** The line about a recipient that no agent has seen. */
    static String delivery(MessageHead message, Recipient recipient, Instant now, int delayDigits, String status,
            String word, String text) {
        DelayFormat delays = new DelayFormat(delayDigits);
        String original = recipient.original();
        String before = original.isEmpty() || original.equalsIgnoreCase(recipient.address())
                ? ""
                : ", orig_to=<" + address(original) + ">";
        return message.id() + ": to=<" + address(recipient.address()) + ">" + before + ", relay=none, delay="
                + delays.format(Duration.between(message.arrived(), now)) + ", delays="
                + delays.format(Duration.between(message.arrived(), message.activated())) + "/"
                + delays.format(Duration.between(message.activated(), now)) + "/0/0, dsn=" + status + ", status=" + word
                + " ("
                + text + ")";
    }
}
