package org.postrider.smtpd;

import java.io.IOException;
import java.util.List;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The letter to the postmaster about a session that went wrong (notify_classes). */
final class TranscriptMail {
    private static final Logger log = LoggerFactory.getLogger(TranscriptMail.class);
    private static final int WIDTH = 79;

    private TranscriptMail() {}

    /** Sends it; a failure is only logged, as the session is over. */
    static void send(Site site, Client client, List<String> lines) {
        try (Submissions.Submission letter = site.submissions().begin(CleanupClient.INTERNAL)) {
            write(new RecordWriter(letter.records()), site, letter.queueId(), client, lines);
            CleanupStatus status = letter.finish();
            if (!status.succeeded()) {
                log.warn("postmaster notify: {}", status.reason());
            }
        } catch (IOException e) {
            log.warn("postmaster notify: {}", String.valueOf(e.getMessage()));
        }
    }

    private static void write(RecordWriter out, Site site, String queueId, Client client, List<String> lines)
            throws IOException {
        Settings.Names names = site.settings().names();
        Envelope.time(out, site.clock().instant());
        out.attribute("log_message_origin", "local").attribute("rewrite_context", "local");
        out.write(RecordType.SENDER, AddressText.qualified(names.doubleBounceSender(), names.hostname()));
        out.write(RecordType.RECIPIENT, AddressText.qualified(names.errorRecipient(), names.origin()));
        out.write(RecordType.MESSAGE);
        out.write(RecordType.TEXT, "Received: by " + names.hostname() + " (" + names.mailName() + ")");
        out.write(RecordType.TEXT, "\tid " + queueId + "; " + ReceivedHeader.date(site.clock().instant(), site.zone()));
        out.write(RecordType.TEXT, "From: Mail Delivery System <MAILER-DAEMON@" + names.origin() + ">");
        out.write(RecordType.TEXT,
                "To: Postmaster <" + AddressText.qualified(names.errorRecipient(), names.origin()) + ">");
        out.write(RecordType.TEXT,
                "Subject: " + names.mailName() + " SMTP server: errors from " + client.title());
        out.write(RecordType.TEXT, "");
        out.write(RecordType.TEXT, "Transcript of session follows.");
        out.write(RecordType.TEXT, "");
        for (String line : lines) {
            fold(out, line);
        }
        out.write(RecordType.TEXT, "");
        out.write(RecordType.TEXT, "For other details, see the local mail logfile");
        out.write(RecordType.EXTRACTED).write(RecordType.END);
        out.flush();
    }

    /** Breaks at blanks, and goes on with an indent. */
    private static void fold(RecordWriter out, String line) throws IOException {
        String rest = line;
        while (rest.length() > WIDTH) {
            int blank = rest.lastIndexOf(' ', WIDTH);
            if (blank <= 6) {
                break;
            }
            out.write(RecordType.TEXT, rest.substring(0, blank));
            rest = "     " + rest.substring(blank + 1);
        }
        out.write(RecordType.TEXT, rest);
    }
}
