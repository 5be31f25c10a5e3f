package org.postrider.services;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.MailDate;
import org.postrider.common.mail.ProbeSender;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;

/**
 * Sends address probes: messages that go the way of all mail, but without a queue file, and are never delivered, returned or tried
 * again. One that is lost in a crash is replaced after {@link VerifyCache#PROBE_LIFETIME}.
 *
 * @param cleanup takes them
 * @param sender whom they come from
 * @param hostName myhostname
 * @param mailName mail_name
 * @param utf8Flag what smtputf8_autodetect_classes says of verify
 */
record Probes(CleanupClient cleanup, ProbeSender sender, String hostName, String mailName, int utf8Flag,
        InstantSource clock) {
    /** @throws IOException when cleanup does not take it */
    void send(String address) throws IOException {
        Instant now = clock.instant();
        try (CleanupClient.Message message = cleanup.begin(CleanupClient.INTERNAL | CleanupClient.NO_FILE | utf8Flag)) {
            RecordWriter records = new RecordWriter(message.records());
            String from = sender.at(now);
            records.write(RecordType.TIME, now.getEpochSecond() + " " + now.getNano() / 1000);
            records.attribute("log_message_origin", "local").attribute("rewrite_context", "local")
                    .attribute("trace_flags", Integer.toString(DeliveryRequest.PROBE));
            records.write(RecordType.SENDER, from);
            records.write(RecordType.ORIGINAL_RECIPIENT, address).write(RecordType.RECIPIENT, address);
            records.write(RecordType.MESSAGE);
            String date = MailDate.rfc5322(now, ZoneId.systemDefault());
            records.write(RecordType.TEXT, "Received: by " + hostName + " (" + mailName + ')');
            records.write(RecordType.TEXT, "\tid " + message.queueId() + "; " + date);
            records.write(RecordType.TEXT, "Date: " + date);
            records.write(RecordType.TEXT, "From: <" + Address.toExternal(from) + '>');
            records.write(RecordType.TEXT, "Subject: address probe");
            records.write(RecordType.EXTRACTED).write(RecordType.END).flush();
            CleanupStatus status = message.finish();
            if (!status.succeeded()) {
                throw new IOException(status.text());
            }
        }
    }
}
