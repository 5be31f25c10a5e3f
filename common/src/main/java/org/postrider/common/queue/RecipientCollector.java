package org.postrider.common.queue;

import org.postrider.common.mail.Recipient;

/** Puts one recipient together from the records that stand before it. */
final class RecipientCollector {
    private String original = "";
    private String dsnOriginal = "";
    private int dsnNotify;

    /** True for a named attribute that belongs to the next recipient, not to the message. */
    static boolean isRecipientAttribute(String attribute) {
        return attribute.startsWith("dsn_orig_rcpt=") || attribute.startsWith("notify_flags=");
    }

    void reset() {
        original = "";
        dsnOriginal = "";
        dsnNotify = 0;
    }

    void original(String address) {
        original = address;
    }

    void attribute(RecordType type, String text) {
        if (type == RecordType.DSN_ORIGINAL_RECIPIENT) {
            dsnOriginal = text;
        } else if (type == RecordType.DSN_NOTIFY) {
            notify(text);
        } else if (text.startsWith("dsn_orig_rcpt=")) {
            dsnOriginal = text.substring("dsn_orig_rcpt=".length());
        } else if (text.startsWith("notify_flags=")) {
            notify(text.substring("notify_flags=".length()));
        }
    }

    private void notify(String number) {
        try {
            dsnNotify = Integer.parseInt(number.strip());
        } catch (NumberFormatException _) {
            dsnNotify = 0;
        }
    }

    Recipient recipient(long offset, String address) {
        Recipient recipient = new Recipient(offset, address, original, dsnOriginal, dsnNotify);
        reset();
        return recipient;
    }
}
