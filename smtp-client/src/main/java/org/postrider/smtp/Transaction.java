package org.postrider.smtp;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.mail.Recipient;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One message over one session: MAIL, RCPT for each recipient, DATA, content, end of data (RFC 5321 section 3.3; replies per
 * recipient in LMTP, RFC 2033 section 4.2). With PIPELINING (RFC 2920) everything up to DATA leaves in windows of commands
 * before the replies are read. Reports one {@link Result} for each recipient and decides nothing.
 */
final class Transaction {
    private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);
    /** So that neither side's buffers fill while it waits for the other: RFC 2920 section 3.1. */
    private static final int WINDOW = 100;
    private static final String LAST_STEP = "sending end of data -- message may be sent more than once";

    /** What became of one recipient. */
    sealed interface Result {
        /** The server answers for the message from here. */
        record Accepted(Reply reply) implements Result {}

        /** It does not. */
        record Failed(Trouble trouble) implements Result {}
    }

    private final SmtpSession session;
    private final Delivery delivery;
    private final EnvelopeLines envelope;
    private final ContentSender content;
    private final List<Recipient> recipients;
    private final IdentityHashMap<Recipient, Result> results = new IdentityHashMap<>();
    private final List<Recipient> accepted = new ArrayList<>();
    private String doing = "sending MAIL FROM";
    private boolean answered;

    Transaction(SmtpSession session, Delivery delivery, List<Recipient> recipients, ContentSender content) {
        this.session = session;
        this.delivery = delivery;
        this.recipients = recipients;
        this.content = content;
        this.envelope = new EnvelopeLines(session, delivery.request(), content.generic());
    }

    /** True when the server answered anything at all in this transaction. */
    boolean answered() {
        return answered;
    }

    /** Runs the whole transaction; every recipient has a result afterwards. */
    IdentityHashMap<Recipient, Result> run() {
        Optional<Trouble> obstacle = envelope.obstacle();
        if (obstacle.isPresent()) {
            rest(obstacle.get());
            return results;
        }
        session.countMessage();
        try {
            if (envelope()) {
                finish();
            }
        } catch (IOException failure) {
            rest(session.ended(failure, doing));
        } catch (RuntimeException bug) {
            session.abort();
            throw bug;
        }
        return results;
    }

    private void finish() throws IOException {
        try {
            content();
        } catch (SocketTimeoutException late) {
            throw late;
        } catch (UnreadableMessageException unreadable) {
            // The server must not take half a message for a whole one.
            session.abort();
            rest(new Trouble.Unreadable(String.valueOf(unreadable.getMessage())));
            return;
        } catch (MapUnavailableException unavailable) {
            session.abort();
            rest(new Trouble.NoMap(String.valueOf(unavailable.getMessage())));
            return;
        } catch (IOException closed) {
            // A server that has had enough may say why before it closes.
            Trouble trouble = session.lastWords()
                    .<Trouble>map(reply -> new Trouble.Said(session.peer(), reply, "end of DATA command"))
                    .orElseGet(() -> session.ended(closed, doing));
            session.unusable();
            rest(trouble);
            return;
        }
        verdicts();
    }

    private boolean envelope() throws IOException {
        if (session.settings().tellsOrigin()) {
            origin();
        }
        return session.capabilities().pipelining() ? pipelined() : stepByStep();
    }

    /** Says where the message came from; a server that will not hear it gets the message all the same. */
    private void origin() throws IOException {
        List<OriginCommand> commands = OriginCommand.of(delivery.request(), session.capabilities().xforward());
        if (!commands.isEmpty() && session.isDirty()) {
            reset();
        }
        for (OriginCommand command : commands) {
            doing = "sending " + command.title();
            session.timeout(session.settings().timeouts().xforward());
            session.command(command.line());
            session.flush();
            Reply reply = session.reply(session.settings().timeouts().xforward());
            answered = true;
            if (!reply.isSuccess()) {
                LOG.warn("host {} said: {} (in reply to {})", session.peer().relay(), Words.oneLine(reply),
                        command.title());
            }
        }
        doing = "sending MAIL FROM";
    }

    private void reset() throws IOException {
        session.command("RSET");
        session.flush();
        readReset();
    }

    private boolean stepByStep() throws IOException {
        if (session.isDirty()) {
            reset();
        }
        session.timeout(session.settings().timeouts().mail());
        session.command(envelope.mail());
        session.flush();
        if (!readMail()) {
            return false;
        }
        for (Recipient recipient : recipients) {
            doing = "sending RCPT TO";
            session.timeout(session.settings().timeouts().rcpt());
            session.command(envelope.rcpt(recipient));
            session.flush();
            readRcpt(recipient);
        }
        if (accepted.isEmpty()) {
            return false;
        }
        doing = "sending DATA command";
        session.timeout(session.settings().timeouts().dataInit());
        session.command("DATA");
        session.flush();
        return readData();
    }

    private boolean pipelined() throws IOException {
        boolean reset = session.isDirty();
        session.timeout(session.settings().timeouts().mail());
        if (reset) {
            session.command("RSET");
        }
        session.command(envelope.mail());
        boolean data = false;
        for (int next = 0; next < recipients.size() && results.size() < recipients.size(); next += WINDOW) {
            int end = Math.min(recipients.size(), next + WINDOW);
            data = end == recipients.size() && !endsWithRcpt();
            writeWindow(recipients.subList(next, end), data);
            if (next == 0) {
                if (reset) {
                    readReset();
                }
                boolean _ = readMail();
            }
            for (Recipient recipient : recipients.subList(next, end)) {
                readRcpt(recipient);
            }
        }
        return data && readPipelinedData();
    }

    private void writeWindow(List<Recipient> window, boolean data) throws IOException {
        for (Recipient recipient : window) {
            session.command(envelope.rcpt(recipient));
        }
        if (data) {
            session.command("DATA");
        }
        session.flush();
    }

    private void readReset() throws IOException {
        doing = "sending RSET";
        session.reply(session.settings().timeouts().reset());
        answered = true;
        session.dirty(false);
        doing = "sending MAIL FROM";
    }

    private boolean readMail() throws IOException {
        Reply reply = session.reply(session.settings().timeouts().mail());
        answered = true;
        session.dirty(true);
        if (reply.isSuccess()) {
            return true;
        }
        rest(said(reply, "MAIL FROM command"));
        return false;
    }

    private void readRcpt(Recipient recipient) throws IOException {
        doing = "sending RCPT TO";
        Reply reply = session.reply(session.settings().timeouts().rcpt());
        if (results.containsKey(recipient)) {
            return;
        }
        if (!reply.isSuccess()) {
            results.put(recipient, new Result.Failed(said(reply, "RCPT TO command")));
        } else if (endsWithRcpt()) {
            results.put(recipient, new Result.Accepted(reply));
        } else {
            accepted.add(recipient);
        }
    }

    private boolean readData() throws IOException {
        Reply reply = session.reply(session.settings().timeouts().dataInit());
        if (reply.isContinue()) {
            return wantsContent(reply);
        }
        rest(said(reply, "DATA command"));
        return false;
    }

    /** A probe has learned all it wants: a server that waits for content is left alone. */
    private boolean wantsContent(Reply reply) {
        if (delivery.isProbe()) {
            accepted.forEach(recipient -> results.put(recipient, new Result.Accepted(reply)));
            session.abort();
        }
        return !delivery.isProbe();
    }

    private boolean endsWithRcpt() {
        return delivery.isProbe() && !session.settings().probesData();
    }

    /** DATA went out before it was known that there is nobody to send to: RFC 2920 section 3.1 wants a lone dot then. */
    private boolean readPipelinedData() throws IOException {
        doing = "sending DATA command";
        Reply reply = session.reply(session.settings().timeouts().dataInit());
        if (!reply.isContinue()) {
            if (!accepted.isEmpty()) {
                rest(said(reply, "DATA command"));
            }
            return false;
        }
        if (!accepted.isEmpty()) {
            return wantsContent(reply);
        }
        session.command(".");
        session.flush();
        session.reply(session.settings().timeouts().dataDone());
        return false;
    }

    private void content() throws IOException {
        doing = "sending message body";
        session.timeout(session.settings().timeouts().dataTransfer());
        content.send(delivery, session);
        session.transcript().endOfContent();
        doing = LAST_STEP;
        session.flush();
    }

    private void verdicts() throws IOException {
        boolean each = session.settings().protocol() == Protocol.LMTP;
        Reply reply = null;
        for (Recipient recipient : accepted) {
            if (reply == null || each) {
                reply = session.reply(session.settings().timeouts().dataDone());
            }
            results.put(recipient, reply.isSuccess()
                    ? new Result.Accepted(reply)
                    : new Result.Failed(said(reply, "end of DATA command")));
        }
        session.dirty(false);
    }

    private Trouble said(Reply reply, String command) {
        session.transcript().refused(reply);
        return new Trouble.Said(session.peer(), reply, command);
    }

    /** The same for everybody who has no result yet. */
    private void rest(Trouble trouble) {
        for (Recipient recipient : recipients) {
            results.putIfAbsent(recipient, new Result.Failed(trouble));
        }
    }
}
