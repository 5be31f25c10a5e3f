package org.postrider.smtpd;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One mail transaction, from MAIL to the end of data or RSET. Touched by the session's thread only. */
final class Transaction {
    /** What access(5) actions want done with the message. */
    static final class Actions {
        boolean hold;
        boolean discard;
        String filter = "";
        String redirect = "";
        final List<String> copies = new ArrayList<>(0);
        final List<String> headers = new ArrayList<>(0);
    }

    private boolean begun;
    private MailRequest request = MailRequest.NONE;
    private int recipients;
    private String instance = "";
    private int number;
    private long size;
    private int overshoot;
    private String firstRecipient = "";
    private Actions actions = new Actions();
    private @Nullable CleanupStream stream;
    private @Nullable ContentReceiver content;
    private boolean chunksFailed;

    void begin(MailRequest mail) {
        reset();
        begun = true;
        request = mail;
        number++;
        size = mail.size();
    }

    /** MAIL was accepted. */
    boolean begun() {
        return begun;
    }

    /** What MAIL said. */
    MailRequest request() {
        return request;
    }

    /** The envelope sender, internal form. */
    String sender() {
        return request.sender();
    }

    /** What tells this transaction from all others, for policy servers. */
    String instance() {
        return begun ? instance + "." + number : "";
    }

    /** The session's part of {@link #instance()}. */
    void instance(String session) {
        instance = session;
    }

    /** What SIZE= announced; after the end of data what came. */
    long size() {
        return size;
    }

    void size(long bytes) {
        size = bytes;
    }

    /** Recipients accepted so far. */
    int recipients() {
        return recipients;
    }

    /** The first recipient accepted, internal form. */
    String firstRecipient() {
        return firstRecipient;
    }

    void addRecipient(String address) {
        if (recipients == 0) {
            firstRecipient = address;
        }
        recipients++;
    }

    /** Counts a recipient above the limit; answers how many there were before. */
    int overshoot() {
        return overshoot++;
    }

    Actions actions() {
        return actions;
    }

    /** The way to cleanup, once a recipient was accepted. */
    @Nullable
    CleanupStream stream() {
        return stream;
    }

    void stream(CleanupStream opened) {
        stream = opened;
    }

    /** The content that comes in chunks (RFC 3030), once the first has come. */
    @Nullable
    ContentReceiver content() {
        return content;
    }

    void content(ContentReceiver receiver) {
        content = receiver;
    }

    /** A chunk was refused: the rest of the message is thrown away. */
    boolean chunksFailed() {
        return chunksFailed;
    }

    void failChunks() {
        chunksFailed = true;
    }

    /** BDAT was given: neither DATA nor an envelope command may follow. */
    boolean inChunks() {
        return chunksFailed || content != null;
    }

    /** For log lines: the queue id, or {@code NOQUEUE}. */
    String title() {
        CleanupStream open = stream;
        return open == null || open.queueId().isEmpty() ? "NOQUEUE" : open.queueId();
    }

    /** Forgets everything; a message on its way to cleanup is broken off. */
    void reset() {
        CleanupStream open = stream;
        stream = null;
        content = null;
        chunksFailed = false;
        begun = false;
        request = MailRequest.NONE;
        recipients = 0;
        overshoot = 0;
        size = 0;
        firstRecipient = "";
        actions = new Actions();
        if (open != null) {
            open.close();
        }
    }
}
