package org.postrider.bounce;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.mail.MailDate;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;

/** Posts letters through cleanup, with the Received and Date headers of mail that the suite makes itself. */
final class CleanupLetters implements Letters {
    private final CleanupClient cleanup;
    private final BounceSettings settings;
    private final InstantSource clock;

    CleanupLetters(CleanupClient cleanup, BounceSettings settings, InstantSource clock) {
        this.cleanup = cleanup;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public String post(String sender, String recipient, int sendOptions, Text text) throws IOException {
        int flags = CleanupClient.INTERNAL | settings.utf8Flag() | (settings.filterNotices() ? CleanupClient.FILTER : 0)
                | CleanupClient.wishes(sendOptions);
        try (CleanupClient.Message message = cleanup.begin(flags)) {
            RecordWriter records = new RecordWriter(message.records());
            Instant now = clock.instant();
            records.write(RecordType.TIME, now.getEpochSecond() + " " + now.getNano() / 1000);
            records.attribute("log_message_origin", "local").attribute("rewrite_context", "local");
            records.write(RecordType.SENDER, sender);
            records.write(RecordType.RECIPIENT, recipient);
            records.write(RecordType.MESSAGE);
            Lines lines = new Lines(records, settings.lineLimit());
            String date = MailDate.rfc5322(now, settings.zone());
            lines.line("Received: by " + settings.hostName() + " (" + settings.mailName() + ')');
            lines.line("\tid " + message.queueId() + "; " + date);
            lines.line("Date: " + date);
            text.write(lines);
            records.write(RecordType.EXTRACTED).write(RecordType.END).flush();
            CleanupStatus status = message.finish();
            if (!status.succeeded()) {
                throw new IOException(status.reason().isEmpty() ? "queue file write error" : status.reason());
            }
            return message.queueId();
        }
    }

    /** Lines as records, long ones in pieces. */
    private record Lines(RecordWriter records, int limit) implements LineSink {
        @Override
        public void line(String text) throws IOException {
            int from = 0;
            while (text.length() - from > limit) {
                records.write(RecordType.PART, text.substring(from, from + limit));
                from += limit;
            }
            records.write(RecordType.TEXT, text.substring(from));
        }

        @Override
        public void piece(byte[] bytes, int length, boolean endsLine) throws IOException {
            records.write(endsLine ? RecordType.TEXT : RecordType.PART, bytes, 0, length);
        }
    }
}
