package org.postrider.common.ipc;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import org.postrider.common.config.Parameters;
import org.postrider.common.mail.MailDate;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Letters to the postmaster with the transcript of a session that went wrong (notify_classes), in the words of Postfix 3.7. Safe for
 * many threads.
 *
 * @param hostname myhostname
 * @param mailName mail_name
 * @param sender double_bounce_sender at this host: nobody answers to a letter that can't be delivered
 * @param recipient error_notice_recipient at myorigin
 */
public record PostmasterLetters(Submissions submissions, InstantSource clock, ZoneId zone, String hostname,
        String mailName, String sender, String recipient) {
    private static final Logger LOG = LoggerFactory.getLogger(PostmasterLetters.class);

    /**
     * What is told.
     *
     * @param domain of MAILER-DAEMON, from whom the letter is
     * @param dated with a Date header; else cleanup adds one
     * @param side ours, {@code SMTP server}
     * @param peer the other, as log lines have it
     * @param preface stands before the transcript; empty for nothing
     * @param lines what was said
     */
    public record Letter(String domain, boolean dated, String side, String peer, String preface, List<String> lines) {}

    /** As main.cf has it. */
    public static PostmasterLetters of(Parameters parameters, Submissions submissions, InstantSource clock,
            ZoneId zone) {
        String hostname = parameters.string("myhostname");
        return new PostmasterLetters(submissions, clock, zone, hostname, parameters.string("mail_name"),
                qualified(parameters.string("double_bounce_sender"), hostname),
                qualified(parameters.string("error_notice_recipient"), parameters.string("myorigin")));
    }

    private static String qualified(String address, String domain) {
        return address.indexOf('@') < 0 ? address + '@' + domain : address;
    }

    /** Sends it and waits until it is taken; a failure is only logged, as the session is over. */
    public void send(Letter letter) {
        try (Submissions.Submission submission = submissions.begin(CleanupClient.INTERNAL)) {
            write(new RecordWriter(submission.records()), submission.queueId(), letter);
            CleanupStatus status = submission.finish();
            if (!status.succeeded()) {
                LOG.warn("postmaster notify: {}", status.reason());
            }
        } catch (IOException e) {
            LOG.warn("postmaster notify: {}", String.valueOf(e.getMessage()));
        }
    }

    private void write(RecordWriter out, String queueId, Letter letter) throws IOException {
        Instant now = clock.instant();
        out.write(RecordType.TIME, now.getEpochSecond() + " " + now.getNano() / 1000);
        out.attribute("log_message_origin", "local").attribute("rewrite_context", "local");
        out.write(RecordType.SENDER, sender).write(RecordType.RECIPIENT, recipient).write(RecordType.MESSAGE);
        for (String line : text(queueId, MailDate.rfc5322(now, zone), letter).split("\n", -1)) {
            out.write(RecordType.TEXT, line);
        }
        out.write(RecordType.EXTRACTED).write(RecordType.END);
        out.flush();
    }

    private String text(String queueId, String date, Letter letter) {
        return """
                Received: by %s (%s)
                \tid %s; %s
                %sFrom: Mail Delivery System <MAILER-DAEMON@%s>
                To: Postmaster <%s>
                Subject: %s %s: errors from %s

                %sTranscript of session follows.

                %s

                For other details, see the local mail logfile""".formatted(hostname, mailName, queueId, date,
                letter.dated ? "Date: " + date + "\n" : "", letter.domain, recipient, mailName, letter.side,
                letter.peer, letter.preface.isEmpty() ? "" : letter.preface + "\n\n",
                String.join("\n", letter.lines));
    }
}
