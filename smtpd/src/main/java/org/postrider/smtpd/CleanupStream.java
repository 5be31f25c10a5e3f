package org.postrider.smtpd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.Submissions;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;

/**
 * One message on its way from the client to cleanup, as queue records: opened at the first accepted recipient, content passed on
 * as byte ranges while it arrives, nothing kept. The message exists only when {@link #finish} has said so; until then closing
 * withdraws it. One session's thread.
 */
final class CleanupStream implements AutoCloseable {
    private final Submissions.Submission submission;
    private final RecordWriter out;

    private CleanupStream(Submissions.Submission submission) {
        this.submission = submission;
        this.out = new RecordWriter(submission.records());
    }

    /** Begins the message of the session's transaction and writes the sender's part of the envelope. */
    static CleanupStream open(Session session) throws IOException {
        CleanupStream stream = new CleanupStream(
                session.site().submissions().begin(session.site().cleanupFlags() | flags(session.transaction())));
        try {
            Envelope.write(stream.out, session, stream.queueId());
            return stream;
        } catch (IOException e) {
            stream.close();
            throw e;
        }
    }

    private static int flags(Transaction transaction) {
        Transaction.Actions actions = transaction.actions();
        return (actions.hold ? CleanupClient.HOLD : 0) | (actions.discard ? CleanupClient.DISCARD : 0)
                | (transaction.request().smtputf8() ? CleanupClient.SMTPUTF8 : 0)
                | (transaction.request().requireTls() ? CleanupClient.REQUIRE_TLS : 0);
    }

    /** The message's queue id. */
    String queueId() {
        return submission.queueId();
    }

    void recipient(RecipientRequest recipient) throws IOException {
        if (recipient.notifyFlags() != 0) {
            out.attribute("notify_flags", Integer.toString(recipient.notifyFlags()));
        }
        if (!recipient.original().isEmpty()) {
            out.attribute("dsn_orig_rcpt", recipient.original());
        }
        out.write(RecordType.RECIPIENT, recipient.address());
    }

    /** The content begins, with these header lines of our own. */
    void beginContent(List<String> headers) throws IOException {
        out.write(RecordType.MESSAGE);
        for (String line : headers) {
            out.write(RecordType.TEXT, line);
        }
    }

    /** A line of content or a part of one. */
    void content(byte[] bytes, int from, int to, boolean endOfLine) throws IOException {
        out.write(endOfLine ? RecordType.TEXT : RecordType.PART, bytes, from, to - from);
    }

    /** A part of a line of content made here. */
    void part(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        content(bytes, 0, bytes.length, false);
    }

    /** An empty line of content. */
    void emptyLine() throws IOException {
        out.write(RecordType.TEXT);
    }

    /** True when cleanup does not want the rest. */
    boolean interrupted() {
        return submission.interrupted();
    }

    /** Ends the message, with what access(5) actions want done with it, and waits until cleanup has it safely or refuses it. */
    CleanupStatus finish(Transaction.Actions actions) throws IOException {
        out.write(RecordType.EXTRACTED);
        int flags = (actions.hold ? CleanupClient.HOLD : 0) | (actions.discard ? CleanupClient.DISCARD : 0);
        if (flags != 0) {
            out.write(RecordType.FLAGS, Integer.toString(flags));
        }
        if (!actions.filter.isEmpty()) {
            out.write(RecordType.FILTER, actions.filter);
        }
        if (!actions.redirect.isEmpty()) {
            out.write(RecordType.REDIRECT, actions.redirect);
        }
        for (String copy : actions.copies) {
            out.attribute("notify_flags", Integer.toString(Recipient.NOTIFY_NEVER));
            out.write(RecordType.RECIPIENT, copy);
        }
        out.write(RecordType.END);
        out.flush();
        return submission.finish();
    }

    /** After {@link #interrupted()}: what cleanup had to say. */
    CleanupStatus hear() throws IOException {
        return submission.finish();
    }

    @Override
    public void close() {
        submission.close();
    }
}
