package org.postrider.common.queue;

import org.jspecify.annotations.Nullable;

/**
 * The types of records, each with its letter in the file and its name in postcat's output. The order of records in a message is
 * that of docs/queue.md.
 */
public enum RecordType {
    /** First record: sizes and offsets, rewritten in place when the message is complete. */
    SIZE('C', "message_size"),
    /** When the message arrived: {@code seconds microseconds}. */
    TIME('T', "message_arrival_time"),
    /** When the lifetime starts; on disk it is the attribute {@code create_time}. */
    CREATE_TIME('c', "create_time"),
    /** Full name of the sender. */
    FULL_NAME('F', "sender_fullname"),
    /** Historic. */
    INSPECTOR('I', "content_inspector"),
    /** In the envelope the content filter; in the content a piece of a line that goes on in the next record. */
    PART('L', "unterminated_text"),
    /** Envelope sender, internal form, may be empty. */
    SENDER('S', "sender"),
    /** A recipient that needs no more work: a RECIPIENT whose letter was overwritten. */
    DONE('D', "done_recipient"),
    /** A recipient to deliver to, internal form. */
    RECIPIENT('R', "recipient"),
    /** What the next recipient was before rewriting and aliasing. */
    ORIGINAL_RECIPIENT('O', "original_recipient"),
    /** A recipient taken back by a milter. */
    CANCELED_RECIPIENT('/', "canceled_recipient"),
    /** When the delay warning is due; rewritten in place. */
    WARN_TIME('W', "warning_message_time"),
    /** {@code name=value}. */
    ATTRIBUTE('A', "named_attribute"),
    /** A record that counts no more. */
    KILLED('K', "killed_record"),
    /** Where to send the message instead. */
    REDIRECT('>', "redirect_to"),
    /** Cleanup's flags; between processes only. */
    FLAGS('f', "flags"),
    /** Not in use. */
    DELAY('d', "delay"),
    /** Start of the content. */
    MESSAGE('M', "message_content"),
    /** A line of content, or the end of one begun by PART; without its line end. */
    TEXT('N', "regular_text"),
    /** Room without meaning. */
    PADDING('w', "padding"),
    /** End of the content, start of what was found in it. */
    EXTRACTED('X', "extracted_info"),
    /** Historic. */
    RETURN_RECEIPT('r', "return_receipt"),
    /** Historic. */
    ERRORS_TO('e', "errors_to"),
    /** Historic. */
    PRIORITY('P', "priority"),
    /** Go on reading at this offset; 0 means go on here. */
    POINTER('p', "pointer_record"),
    /** The two VERP delimiters. */
    VERP('V', "verp_delimiters"),
    /** RFC 3461 RET; on disk the attribute {@code ret_flags}. */
    DSN_RETURN('<', "dsn_return_flags"),
    /** RFC 3461 ENVID; on disk the attribute {@code envelope_id}. */
    DSN_ENVELOPE_ID('i', "dsn_envelope_id"),
    /** RFC 3461 ORCPT; on disk the attribute {@code dsn_orig_rcpt}. */
    DSN_ORIGINAL_RECIPIENT('o', "dsn_original_recipient"),
    /** RFC 3461 NOTIFY; on disk the attribute {@code notify_flags}. */
    DSN_NOTIFY('n', "dsn_notify_flags"),
    /** How many milters there are; between processes only. */
    MILTERS('m', "milter_count"),
    /** End of the message. */
    END('E', "message_end");

    /** The content filter, in the envelope and the extracted segment. */
    public static final RecordType FILTER = PART;

    private static final @Nullable RecordType[] BY_LETTER = byLetter();

    private final byte letter;
    private final String title;

    RecordType(char letter, String title) {
        this.letter = (byte) letter;
        this.title = title;
    }

    /** The byte that starts a record of this type. */
    public byte letter() {
        return letter;
    }

    /** What postcat calls it. */
    public String title() {
        return title;
    }

    /** The type with this letter, or null when there is none. */
    public static @Nullable RecordType of(int letter) {
        return letter >= 0 && letter < BY_LETTER.length ? BY_LETTER[letter] : null;
    }

    private static @Nullable RecordType[] byLetter() {
        @Nullable
        RecordType[] table = new RecordType[128];
        for (RecordType type : values()) {
            table[type.letter] = type;
        }
        return table;
    }
}
