package org.postrider.smtp;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.mail.MailDate;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mails transcripts to error_notice_recipient through cleanup, in the words of Postfix 3.7.
 *
 * @param title mail_name and the protocol, {@code Postfix SMTP}
 * @param sender double_bounce_sender at this host: nobody answers to a letter that can't be delivered
 */
record TranscriptMail(CleanupClient cleanup, InstantSource clock, ZoneId zone, String hostname, String mailName,
        String title, String sender, String recipient) implements Transcript.Postmaster {
    private static final Logger LOG = LoggerFactory.getLogger(TranscriptMail.class);

    /** Empty where nobody is to be told. */
    static Optional<Transcript.Postmaster> of(ServiceContext context, Protocol protocol) {
        Parameters parameters = context.parameters();
        boolean wanted = parameters.list("notify_classes").stream().anyMatch("protocol"::equalsIgnoreCase);
        if (!wanted) {
            return Optional.empty();
        }
        String hostname = parameters.string("myhostname");
        String mailName = parameters.string("mail_name");
        return Optional.of(new TranscriptMail(
                new CleanupClient(context.client("public/" + parameters.string("cleanup_service_name"))),
                context.clock(), ZoneId.systemDefault(), hostname, mailName,
                mailName + ' ' + protocol.name().toUpperCase(Locale.ROOT),
                qualified(parameters.string("double_bounce_sender"), hostname),
                qualified(parameters.string("error_notice_recipient"), parameters.string("myorigin"))));
    }

    private static String qualified(String address, String domain) {
        return address.indexOf('@') < 0 ? address + '@' + domain : address;
    }

    @Override
    public void tell(Peer peer, List<String> lines) {
        try (CleanupClient.Message letter = cleanup.begin(CleanupClient.INTERNAL)) {
            write(new RecordWriter(letter.records()), letter.queueId(), peer, lines);
            CleanupStatus status = letter.finish();
            if (!status.succeeded()) {
                LOG.warn("postmaster notify: {}", status.reason());
            }
        } catch (IOException e) {
            LOG.warn("postmaster notify: {}", String.valueOf(e.getMessage()));
        }
    }

    private void write(RecordWriter out, String queueId, Peer peer, List<String> lines) throws IOException {
        Instant now = clock.instant();
        String date = MailDate.rfc5322(now, zone);
        out.write(RecordType.TIME, now.getEpochSecond() + " " + now.getNano() / 1000);
        out.attribute("log_message_origin", "local").attribute("rewrite_context", "local");
        out.write(RecordType.SENDER, sender).write(RecordType.RECIPIENT, recipient).write(RecordType.MESSAGE);
        String text = """
                Received: by %s (%s)
                \tid %s; %s
                Date: %s
                From: Mail Delivery System <MAILER-DAEMON@%s>
                To: Postmaster <%s>
                Subject: %s client: errors from %s

                Unexpected response from %s.

                Transcript of session follows.

                %s

                For other details, see the local mail logfile""".formatted(hostname, mailName, queueId, date, date,
                hostname, recipient, title, peer.relay(), peer.relay(), String.join("\n", lines));
        for (String line : text.split("\n", -1)) {
            out.write(RecordType.TEXT, line);
        }
        out.write(RecordType.EXTRACTED).write(RecordType.END);
        out.flush();
    }
}
