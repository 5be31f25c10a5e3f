package org.postrider.common.ipc;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
    /** Most characters of a line, where there is a blank to break it at. */
    private static final int WIDTH = 79;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final String INDENT = "     ";

    /**
     * What is told.
     *
     * @param side ours, {@code SMTP server}
     * @param peer the other, as log lines have it
     * @param preface stands before the transcript; empty for nothing
     * @param lines what was said; long ones are folded, and control characters become question marks
     */
    public record Letter(String side, String peer, String preface, List<String> lines) {}

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
                Date: %s
                From: Mail Delivery System <MAILER-DAEMON@%s>
                To: Postmaster <%s>
                Subject: %s %s: errors from %s

                %sTranscript of session follows.

                %s

                For other details, see the local mail logfile""".formatted(hostname, mailName, queueId, date,
                date, hostname, recipient, mailName, letter.side, letter.peer,
                letter.preface.isEmpty() ? "" : letter.preface + "\n\n",
                letter.lines.stream().map(PostmasterLetters::folded).collect(Collectors.joining("\n")));
    }

    /** Broken at blanks, which go, and goes on with an indent; a word that is longer than a line has one to itself. */
    private static String folded(String line) {
        StringBuilder text = new StringBuilder(line.length() + INDENT.length());
        String rest = CONTROL.matcher(line).replaceAll("?");
        int start = 1;
        while (rest.length() > WIDTH) {
            int blank = rest.lastIndexOf(' ', WIDTH);
            if (blank < start) {
                blank = rest.indexOf(' ', WIDTH);
            }
            if (blank < 0) {
                break;
            }
            text.append(rest.substring(0, blank).stripTrailing()).append('\n');
            rest = INDENT + rest.substring(blank).stripLeading();
            start = INDENT.length();
        }
        return text.append(rest.stripTrailing()).toString();
    }
}
