package org.postrider.smtpd;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.smtp.BareNewline;
import org.postrider.common.smtp.ChunkReader;
import org.postrider.common.smtp.DataReader;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the content after DATA or BDAT and passes it to cleanup while it arrives. When the message is refused on the way (too large, cleanup
 * or its disk failed) the rest is read and thrown away, so that the refusal is the reply to the end of data, where the client
 * waits for it. One message's.
 */
final class ContentReceiver implements DataReader.Sink {
    static final String END_OF_MESSAGE = "END-OF-MESSAGE";
    private static final Logger log = LoggerFactory.getLogger(ContentReceiver.class);
    private static final int ASK_EVERY = 64 * 1024;

    private final Session session;
    private final Transaction transaction;
    private final CleanupStream stream;
    private final BareNewline bareNewline;
    private final long limit;
    private long bytes;
    private long askAt = ASK_EVERY;
    private @Nullable ChunkReader chunks;
    private boolean sawBareLineFeed;
    private boolean firstLine = true;
    private boolean tooLarge;
    private boolean interrupted;
    private boolean broken;

    ContentReceiver(Session session) {
        this.session = session;
        this.transaction = session.transaction();
        this.stream = Objects.requireNonNull(transaction.stream());
        this.limit = session.settings().limits().messageSize();
        this.bareNewline = session.site().bareNewlineMode(session.client());
    }

    /** Content received so far, line ends counted as two bytes. */
    long bytes() {
        return bytes;
    }

    boolean sawBareLineFeed() {
        return sawBareLineFeed;
    }

    /**
     * Reads to the end of data and settles the message.
     *
     * @throws IOException when the client is lost first: the message is withdrawn by the caller's reset
     */
    Outcome receive() throws IOException {
        begin();
        DataReader reader = new DataReader(session.input(), session.settings().limits().lineLength(), bareNewline);
        reader.read(this);
        sawBareLineFeed = reader.sawBareLineFeed();
        return end();
    }

    /**
     * Reads one chunk; settles the message after the last.
     *
     * @throws IOException when the client is lost first
     */
    Outcome receive(long count, boolean last) throws IOException {
        ChunkReader reader = chunks;
        if (reader == null) {
            begin();
            reader = new ChunkReader(session.input(), session.settings().limits().lineLength());
            chunks = reader;
        }
        reader.read(count, this);
        if (last) {
            reader.finish(this);
        }
        sawBareLineFeed = reader.sawBareLineFeed();
        return last ? end() : soFar(count);
    }

    private Outcome soFar(long count) {
        if (tooLarge || broken || refusesLineEnds()) {
            transaction.failChunks();
            session.where("BDAT content");
            return settle();
        }
        return Outcome.done(250, "2.0.0", "Ok: " + count + " bytes");
    }

    private Outcome end() {
        session.where(END_OF_MESSAGE);
        transaction.size(bytes);
        Outcome outcome = settle();
        session.resetTransaction();
        return outcome;
    }

    private void begin() {
        try {
            List<String> headers = new ArrayList<>(transaction.actions().headers);
            headers.addAll(ReceivedHeader.of(session, stream.queueId()));
            if (transaction.request().requireTls() && session.settings().conduct().requireTlsHeader()) {
                // Content filters that know nothing of REQUIRETLS bring it back to us.
                headers.add("Require-TLS-ESMTP: yes");
            }
            stream.beginContent(headers);
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    public void piece(byte[] buffer, int from, int to, boolean endOfLine) {
        bytes += to - from + (endOfLine ? 2L : 0L);
        if (broken || interrupted || tooLarge) {
            return;
        }
        if (limit > 0 && bytes > limit) {
            tooLarge = true;
            log.warn("{}: queue file size limit exceeded", transaction.title());
            stream.close();
            return;
        }
        try {
            if (firstLine) {
                firstLine = false;
                protectFirstLine(buffer, from, to);
            }
            stream.content(buffer, from, to, endOfLine);
            if (bytes >= askAt) {
                askAt = bytes + ASK_EVERY;
                interrupted = stream.interrupted();
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void fail(IOException e) {
        // Cleanup may have said why before it stopped listening.
        interrupted = stream.interrupted();
        broken = !interrupted;
        log.warn("{}: queue file write error: {}", transaction.title(), String.valueOf(e.getMessage()));
    }

    /** A first line that is no header must not become one of ours, nor look like a mailbox separator. */
    private void protectFirstLine(byte[] buffer, int from, int to) throws IOException {
        int at = from;
        while (at < to && buffer[at] == '>') {
            at++;
        }
        if (startsWithFrom(buffer, at, to)) {
            stream.part("X-Mailbox-Line: ");
        } else if (from < to && (buffer[from] == ' ' || buffer[from] == '\t')) {
            stream.emptyLine();
        }
    }

    private static boolean startsWithFrom(byte[] buffer, int at, int to) {
        return to - at >= 5 && buffer[at] == 'F' && buffer[at + 1] == 'r' && buffer[at + 2] == 'o'
                && buffer[at + 3] == 'm' && buffer[at + 4] == ' ';
    }

    private boolean refusesLineEnds() {
        return sawBareLineFeed && bareNewline == BareNewline.REJECT;
    }

    private Outcome settle() {
        if (tooLarge) {
            return Outcome.error(552, "5.3.4", "Error: message file too big");
        }
        if (refusesLineEnds()) {
            session.logStep("reject", "bare <LF> received", transaction.firstRecipient());
            return Outcome.error(session.site().bareLineFeedReply());
        }
        if (broken) {
            return Outcome.error(451, "4.3.0", "Error: queue file write error");
        }
        return switch (session.site().checks().atEndOfData(session)) {
            case Verdict.Dunno _,Verdict.Permit _ -> finish();
            case Verdict.Refuse(Reply reply, _) -> Outcome.error(reply);
            case Verdict.Hangup() -> new Outcome.Hangup();
        };
    }

    private Outcome finish() {
        try {
            CleanupStatus status = interrupted ? stream.hear() : stream.finish(transaction.actions());
            if (status.succeeded() && !interrupted) {
                String id = stream.queueId().isEmpty() ? status.queueId() : stream.queueId();
                String size = chunks == null ? "" : bytes + " bytes ";
                return Outcome.done(250, "2.0.0", "Ok: " + size + "queued as " + id);
            }
            return Outcome.error(CleanupReplies.of(status));
        } catch (IOException e) {
            log.warn("{}: queue file write error: {}", transaction.title(), String.valueOf(e.getMessage()));
            return Outcome.error(451, "4.3.0", "Error: queue file write error");
        }
    }
}
