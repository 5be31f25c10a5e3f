package org.postrider.services;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.Envelope;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.QueueScan;
import org.postrider.common.queue.RecipientLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listing of the queue. One attribute list a message ({@code queue_name queue_id time size forced_expire sender}), one a
 * recipient ({@code original_recipient recipient log_class reason}), an empty list after the last recipient, one more empty
 * list at the end: the form that monitoring programs read.
 *
 * <p>The listing streams: memory does not grow with the queue. A message that goes away or changes while it is looked at is
 * skipped.
 */
final class QueueList {
    private static final Logger LOG = LoggerFactory.getLogger(QueueList.class);
    private static final List<QueueName> LISTED = List.of(QueueName.MAILDROP, QueueName.ACTIVE, QueueName.INCOMING,
            QueueName.DEFERRED, QueueName.HOLD);
    private static final int BATCH = 1000;

    private final QueueDirectory queue;

    QueueList(QueueDirectory queue) {
        this.queue = queue;
    }

    /** Writes all of it; does not flush. */
    void write(OutputStream out) throws IOException {
        for (QueueName name : LISTED) {
            try (QueueScan scan = queue.scan(name)) {
                for (var entry = scan.next(); entry.isPresent(); entry = scan.next()) {
                    message(out, name, entry.get().id().text(), entry.get().path());
                }
            }
        }
        new Attributes().write(out);
    }

    private void message(OutputStream out, QueueName name, String id, Path path) throws IOException {
        Set<PosixFilePermission> mode;
        try {
            mode = Files.getPosixFilePermissions(path);
        } catch (NoSuchFileException _) {
            return;
        }
        if (!mode.contains(PosixFilePermission.OWNER_EXECUTE)) {
            return;
        }
        try (QueueFile file = QueueFile.open(path)) {
            Envelope envelope = file.envelope();
            long size = file.size().isKnown() ? file.size().contentSize() : file.fileSize();
            list(out, name, id, envelope, size, mode.contains(PosixFilePermission.GROUP_EXECUTE), file);
        } catch (NoSuchFileException _) {
            // Delivered or moved on meanwhile.
        } catch (IOException e) {
            LOG.warn("{}: {}", id, e.getMessage());
        }
    }

    private void list(OutputStream out, QueueName name, String id, Envelope envelope, long size, boolean forcedExpiry,
            QueueFile file) throws IOException {
        Map<String, RecipientLog.Entry> reasons = reasons(id);
        new Attributes().put("queue_name", name.directory()).put("queue_id", id)
                .put("time", envelope.arrived().getEpochSecond()).put("size", size)
                .put("forced_expire", forcedExpiry).put("sender", envelope.sender()).write(out);
        for (Map.Entry<String, RecipientLog.Entry> entry : reasons.entrySet()) {
            recipient(out, entry.getKey(), entry.getValue().originalRecipient(), "defer", entry.getValue().reason());
        }
        QueueFile.Batch batch = new QueueFile.Batch(List.of(), 0);
        do {
            batch = file.recipients(batch.next(), BATCH);
            for (Recipient recipient : batch.recipients()) {
                if (!reasons.containsKey(recipient.address())) {
                    recipient(out, recipient.address(), recipient.original(), "", "");
                }
            }
        } while (!batch.isLast());
        new Attributes().write(out);
    }

    private static void recipient(OutputStream out, String address, String original, String logClass, String reason)
            throws IOException {
        new Attributes().put("original_recipient", original).put("recipient", address).put("log_class", logClass)
                .put("reason", reason).write(out);
    }

    private Map<String, RecipientLog.Entry> reasons(String id) throws IOException {
        Map<String, RecipientLog.Entry> found = new LinkedHashMap<>();
        Path log = QueueId.parse(id).map(one -> queue.path(QueueName.DEFER, one)).orElse(null);
        if (log != null) {
            for (RecipientLog.Entry entry : RecipientLog.read(log)) {
                found.put(Address.toInternal(entry.recipient()), entry);
            }
        }
        return found;
    }
}
