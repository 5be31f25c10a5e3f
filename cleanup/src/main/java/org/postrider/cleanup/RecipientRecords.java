package org.postrider.cleanup;

import java.io.IOException;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.RecordReader;

/** Puts together a recipient from the records that describe it: DSN wishes, original address, address. One thread. */
final class RecipientRecords {
    private static final String NOTIFY = "notify_flags=";
    private static final String ORIGINAL = "dsn_orig_rcpt=";

    private final Message message;
    private final RecipientWriter writer;
    private String original = "";
    private String dsnOriginal = "";
    private int dsnNotify;

    RecipientRecords(Message message, RecipientWriter writer) {
        this.message = message;
        this.writer = writer;
    }

    RecipientWriter writer() {
        return writer;
    }

    /** Takes a record that is about a recipient; false for any other. */
    boolean take(RecordReader record) throws TroubleException, IOException {
        return switch (record.type()) {
            case RECIPIENT -> {
                Recipient recipient = new Recipient(-1, record.text(), original, dsnOriginal, dsnNotify);
                forget();
                writer.recipient(recipient);
                yield true;
            }
            case DONE, CANCELED_RECIPIENT -> {
                forget();
                yield true;
            }
            case ORIGINAL_RECIPIENT -> {
                original = record.text();
                yield true;
            }
            case DSN_ORIGINAL_RECIPIENT -> {
                dsnOriginal = record.text();
                yield true;
            }
            case DSN_NOTIFY -> {
                notifyFlags(record.text());
                yield true;
            }
            case ATTRIBUTE -> attribute(record.text());
            default -> false;
        };
    }

    private boolean attribute(String text) {
        if (text.startsWith(NOTIFY)) {
            notifyFlags(text.substring(NOTIFY.length()));
            return true;
        }
        if (text.startsWith(ORIGINAL)) {
            dsnOriginal = text.substring(ORIGINAL.length());
            return true;
        }
        return false;
    }

    private void notifyFlags(String text) {
        try {
            dsnNotify = Integer.parseInt(text.strip());
        } catch (NumberFormatException _) {
            message.failProtocol("bad DSN notify flags: " + text);
        }
    }

    private void forget() {
        original = "";
        dsnOriginal = "";
        dsnNotify = 0;
    }
}
