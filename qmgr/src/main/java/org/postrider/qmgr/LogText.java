package org.postrider.qmgr;

import java.time.Duration;
import java.time.Instant;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.AddressForm;
import org.postrider.common.mail.DelayFormat;
import org.postrider.common.mail.Recipient;

/**
 * Parts of the log lines that qmgr writes itself.
 *
 * @param form of addresses: info_log_address_format
 * @param delays how times are written: delay_logging_resolution_limit
 */
record LogText(AddressForm form, DelayFormat delays) {
    static LogText of(Parameters parameters) {
        return new LogText(AddressForm.of(parameters),
                new DelayFormat(parameters.number("delay_logging_resolution_limit")));
    }

    /** An address as it stands in a line; what can't be printed is a question mark. */
    String address(String address) {
        String text = form.show(address);
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

    /** The line about a message that has come to the active queue. */
    String active(MessageHead message) {
        return message.id() + ": from=<" + address(message.sender()) + ">, size=" + message.size().contentLength()
                + ", nrcpt=" + message.size().recipientCount() + " (queue active)";
    }

    /** The line about a recipient that no agent has seen. */
    String delivery(MessageHead message, Recipient recipient, Instant now, String status, String word, String text) {
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
