package org.postrider.services;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.Standing;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.Recipient;
import org.postrider.common.posix.FileWords;
import org.postrider.common.queue.Attempts;
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
 * A listing of the queue, in the form that Postfix's showq gives and monitoring programs read: a list {@code protocol}, then one
 * attribute list a message ({@code queue_name queue_id time size forced_expire sender}, and for each recipient
 * {@code original_recipient recipient log_class reason}), and an empty list at the end. Addresses are in external form. What we know
 * besides stands behind these, where it is known: {@code attempts next_attempt held_by}, and {@code dsn_status remote_host
 * last_attempt held_by}; times are seconds since 1970. What holds a message or recipient the running queue manager is asked.
 *
 * <p>The listing streams: memory does not grow with the queue. A message that goes away or can't be read is left out, or ends early
 * when that shows late.
 */
final class QueueList {
    private static final Logger LOG = LoggerFactory.getLogger(QueueList.class);
    private static final List<QueueName> LISTED = List.of(QueueName.MAILDROP, QueueName.ACTIVE, QueueName.INCOMING,
            QueueName.DEFERRED, QueueName.HOLD);
    private static final int BATCH = 1000;

    private final QueueDirectory queue;
    private final String nullSender;
    private final InstantSource clock;
    private final QueueManagerView.Way queueManager;

    /** Where a message is, and what the queue manager says of it. */
    private record Place(QueueName queue, QueueId id, Optional<Standing> standing) {}

    /** What was found of a message. */
    private record Found(PosixFileAttributes attributes, QueueFile file, Envelope envelope) {}

    /** @param nullSender what stands for the empty sender, empty_address_recipient */
    QueueList(QueueDirectory queue, String nullSender, InstantSource clock, QueueManagerView.Way queueManager) {
        this.queue = queue;
        this.nullSender = nullSender;
        this.clock = clock;
        this.queueManager = queueManager;
    }

    /** How the answer to a client begins, whatever it is. */
    static void begin(OutputStream out) throws IOException {
        new Attributes().put("protocol", "mail_queue_list_protocol").write(out);
    }

    /** Writes all of it; does not flush. */
    void write(OutputStream out) throws IOException {
        begin(out);
        try (QueueManagerView view = new QueueManagerView(queueManager)) {
            for (QueueName name : LISTED) {
                write(out, name, view);
            }
        }
        new Attributes().write(out);
    }

    private void write(OutputStream out, QueueName name, QueueManagerView view) throws IOException {
        if (!Files.isDirectory(queue.top(name))) {
            LOG.warn("open directory {}: No such file or directory", queue.top(name));
            return;
        }
        try (QueueScan scan = queue.scan(name)) {
            List<QueueScan.Entry> some = new ArrayList<>();
            for (var entry = scan.next(); entry.isPresent(); entry = scan.next()) {
                some.add(entry.get());
                if (some.size() == Standing.MOST_AT_ONCE) {
                    write(out, name, some, view);
                    some.clear();
                }
            }
            write(out, name, some, view);
        }
    }

    private void write(OutputStream out, QueueName name, List<QueueScan.Entry> some, QueueManagerView view)
            throws IOException {
        Map<QueueId, Standing> standings = name == QueueName.ACTIVE && !some.isEmpty()
                ? view.active(some.stream().map(QueueScan.Entry::id).toList())
                : Map.of();
        for (QueueScan.Entry entry : some) {
            Optional<Found> found = find(entry.id(), entry.path());
            if (found.isPresent()) {
                try (QueueFile _ = found.get().file()) {
                    message(out, new Place(name, entry.id(), Optional.ofNullable(standings.get(entry.id()))),
                            found.get(),
                            view);
                }
            }
        }
    }

    private static Optional<Found> find(QueueId id, Path path) {
        try {
            PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class,
                    LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile() || !attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE)) {
                return Optional.empty();
            }
            QueueFile file = QueueFile.open(path);
            try {
                return Optional.of(new Found(attributes, file, file.envelope()));
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
        } catch (NoSuchFileException _) {
            // Delivered or moved on meanwhile.
        } catch (IOException e) {
            LOG.warn("{}: {}", id, FileWords.of(e));
        }
        return Optional.empty();
    }

    private void message(OutputStream out, Place place, Found found, QueueManagerView view) throws IOException {
        QueueName name = place.queue();
        QueueId id = place.id();
        Optional<Standing> standing = place.standing();
        QueueFile file = found.file();
        Envelope envelope = found.envelope();
        Instant due = found.attributes().lastModifiedTime().toInstant();
        Waiting waiting = new Waiting(name, due.isAfter(clock.instant()), view);
        Attributes list = new Attributes().put("queue_name", name.directory()).put("queue_id", id.text())
                .put("time", envelope.arrived().getEpochSecond())
                .put("size", file.size().isKnown() ? file.size().contentSize() : file.fileSize())
                .put("forced_expire", found.attributes().permissions().contains(PosixFilePermission.GROUP_EXECUTE))
                .put("sender", envelope.sender().isEmpty() ? nullSender : Address.toExternal(envelope.sender()));
        Attempts.of(file.path()).ifPresent(number -> list.put("attempts", number));
        if (waiting.isForTime()) {
            list.put("next_attempt", due.getEpochSecond());
        }
        list.put("held_by", waiting.words(standing)).writeOpen(out);
        recipients(out, id, file, standing);
        new Attributes().write(out);
    }

    /** Those of the logs first, as Postfix has them. */
    private void recipients(OutputStream out, QueueId id, QueueFile file, Optional<Standing> standing)
            throws IOException {
        Set<String> told = new HashSet<>();
        for (QueueName kind : List.of(QueueName.DEFER, QueueName.BOUNCE)) {
            for (RecipientLog.Entry entry : log(id, queue.path(kind, id))) {
                if (told.add(entry.recipient())) {
                    logged(out, kind, entry);
                }
            }
        }
        QueueFile.Batch batch = new QueueFile.Batch(List.of(), 0);
        do {
            try {
                batch = file.recipients(batch.next(), BATCH);
            } catch (IOException e) {
                LOG.warn("{}: {}", id, FileWords.of(e));
                return;
            }
            for (Recipient recipient : batch.recipients()) {
                String address = Address.toExternal(recipient.address());
                if (!told.contains(address)) {
                    Attributes list = recipient(address, Address.toExternal(recipient.original()), "", "");
                    standing.ifPresent(all -> putIfAny(list, "held_by",
                            all.recipients().getOrDefault(recipient.offset(), all.others())));
                    list.writeOpen(out);
                }
            }
        } while (!batch.isLast());
    }

    private static List<RecipientLog.Entry> log(QueueId id, Path path) {
        try {
            return RecipientLog.read(path);
        } catch (IOException e) {
            LOG.warn("{}: {}: {}", id, path, FileWords.of(e));
            return List.of();
        }
    }

    private static Attributes recipient(String address, String original, String logClass, String reason) {
        return new Attributes().put("original_recipient", original).put("recipient", address)
                .put("log_class", logClass).put("reason", reason);
    }

    private static void logged(OutputStream out, QueueName kind, RecipientLog.Entry entry)
            throws IOException {
        Attributes list = recipient(entry.recipient(), entry.originalRecipient(), kind.directory(), entry.reason());
        putIfAny(list, "dsn_status", entry.status());
        putIfAny(list, "remote_host", entry.all().getOrDefault("mta_mname", ""));
        putIfAny(list, "last_attempt", entry.all().getOrDefault(RecipientLog.TIME, ""));
        list.writeOpen(out);
    }

    private static void putIfAny(Attributes list, String name, String value) {
        if (!value.isEmpty()) {
            list.put(name, value);
        }
    }
}
