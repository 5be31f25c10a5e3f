package org.postrider.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.MessageContent;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.MailDate;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;

/**
 * Forwards through cleanup. The one act is cleanup's commit, which its answer reports: before it nothing exists, after it the new
 * message is durable. A crash in between may forward twice, never not at all.
 */
final class CleanupResubmission implements Resubmission {
    private final CleanupClient cleanup;
    private final String myhostname;
    private final String mailName;
    private final int flags;
    private final InstantSource clock;

    /** @param utf8Flag what smtputf8_autodetect_classes says of forward */
    CleanupResubmission(CleanupClient cleanup, String myhostname, String mailName, int utf8Flag, InstantSource clock) {
        this.cleanup = cleanup;
        this.myhostname = myhostname;
        this.mailName = mailName;
        this.flags = CleanupClient.BOUNCE | CleanupClient.INTERNAL | utf8Flag;
        this.clock = clock;
    }

    @Override
    public String submit(Delivery original, Message message) throws IOException {
        int wishes = CleanupClient.wishes(original.request().sendOptions());
        try (CleanupClient.Message sending = cleanup.begin(flags | wishes)) {
            RecordWriter records = new RecordWriter(sending.records());
            writeEnvelope(records, original.request(), message);
            records.write(RecordType.MESSAGE);
            writeHeaders(records, sending.queueId(), message);
            try (MessageContent content = original.content()) {
                while (content.next() && !sending.interrupted()) {
                    records.write(content.endsLine() ? RecordType.TEXT : RecordType.PART, content.bytes(),
                            content.offset(), content.length());
                }
            }
            records.write(RecordType.EXTRACTED).write(RecordType.END).flush();
            CleanupStatus status = sending.finish();
            if (!status.succeeded()) {
                throw new IOException(status.reason().isEmpty() ? "cleanup refused the message" : status.reason());
            }
            return sending.queueId();
        }
    }

    private void writeEnvelope(RecordWriter records, DeliveryRequest request, Message message) throws IOException {
        Instant now = clock.instant();
        records.write(RecordType.TIME, now.getEpochSecond() + " " + now.getNano() / 1000);
        for (Map.Entry<String, String> one : request.attributes().entrySet()) {
            if (one.getKey().startsWith("log_") || one.getKey().equals("rewrite_context")) {
                records.attribute(one.getKey(), one.getValue());
            }
        }
        if (!request.envelopeId().isEmpty()) {
            records.attribute("envelope_id", request.envelopeId());
        }
        if (request.dsnReturn() != 0) {
            records.attribute("ret_flags", Integer.toString(request.dsnReturn()));
        }
        if (!request.encoding().isEmpty()) {
            records.attribute("encoding", request.encoding());
        }
        records.write(RecordType.SENDER, message.sender());
        for (Recipient recipient : message.recipients()) {
            writeRecipient(records, recipient);
        }
    }

    private static void writeRecipient(RecordWriter records, Recipient recipient) throws IOException {
        if (!recipient.dsnOriginal().isEmpty()) {
            records.attribute("dsn_orig_rcpt", recipient.dsnOriginal());
        }
        if (recipient.dsnNotify() != 0) {
            records.attribute("notify_flags", Integer.toString(recipient.dsnNotify()));
        }
        if (!recipient.original().isEmpty()) {
            records.write(RecordType.ORIGINAL_RECIPIENT, recipient.original());
        }
        records.write(RecordType.RECIPIENT, recipient.address());
    }

    private void writeHeaders(RecordWriter records, String queueId, Message message) throws IOException {
        line(records, "Received: by " + myhostname + " (" + mailName + ")");
        line(records, "\tid " + queueId + "; " + MailDate.rfc5322(clock.instant(), ZoneId.systemDefault()));
        if (!message.deliveredTo().isEmpty()) {
            line(records, "Delivered-To: " + Address.toExternal(message.deliveredTo()));
        }
    }

    private static void line(RecordWriter records, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        records.write(RecordType.TEXT, bytes, 0, bytes.length);
    }
}
