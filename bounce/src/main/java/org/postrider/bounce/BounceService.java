package org.postrider.bounce;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.postrider.common.posix.FileThreads;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.notice.NoticeKind;
import org.postrider.common.posix.FileWords;
import org.postrider.common.queue.CorruptQueueFileException;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what one of the services bounce, defer and trace is asked. A request that fails is answered so and changes nothing, but for
 * letters that were already posted: the caller keeps the message in the queue and asks again, so a letter may come twice and never
 * not at all.
 */
final class BounceService {
    /** In {@link BounceRequest.Message#flags}: recipients may be marked done once the letter is posted. */
    static final int MARK_DONE = 1;
    /** In {@link BounceRequest.Message#flags} at trace: sendmail -bv and sendmail -v want the other template. */
    static final int VERIFY = DeliveryRequest.USER_VERIFY | DeliveryRequest.RECORD;

    private static final Logger LOG = LoggerFactory.getLogger(BounceService.class);

    private final LogKind kind;
    private final QueueDirectory directory;
    private final BounceSettings settings;
    private final Correspondence correspondence;
    private final WaitingSites waiting;
    private final FileThreads files;
    private final InstantSource clock;

    BounceService(LogKind kind, QueueDirectory directory, BounceSettings settings, Correspondence correspondence,
            WaitingSites waiting, FileThreads files, InstantSource clock) {
        this.kind = kind;
        this.directory = directory;
        this.settings = settings;
        this.correspondence = correspondence;
        this.waiting = waiting;
        this.files = files;
        this.clock = clock;
    }

    /** Does it; true when it is done. Problems are logged. */
    boolean handle(BounceRequest request) {
        BounceRequest.Message message = request.message();
        Optional<QueueId> id = QueueId.parse(message.queueId());
        Optional<QueueName> queue = QueueName.of(message.queueName());
        if (id.isEmpty() || queue.isEmpty()) {
            LOG.warn("malformed {} request: queue name \"{}\" id \"{}\"", request.operation(), message.queueName(),
                    message.queueId());
            return false;
        }
        try {
            switch (request.operation()) {
                case APPEND -> append(request, id.get());
                case FLUSH -> flush(message, id.get(), queue.get(), false);
                case VERP -> flush(message, id.get(), queue.get(), true);
                case WARN -> warn(message, id.get(), queue.get());
                case ONE -> one(request, id.get(), queue.get());
            }
            return true;
        } catch (IOException e) {
            LOG.warn("{}: {} service: {}", message.queueId(), kind.queue().directory(), FileWords.at(e));
            return false;
        }
    }

    private void append(BounceRequest request, QueueId id) throws IOException {
        BounceRequest.Entry entry = kind == LogKind.TRACE ? withRelay(entryOf(request)) : entryOf(request);
        BounceLog log = new BounceLog(directory, kind, id);
        files.call(() -> {
            log.append(entry, clock.instant(), settings.oldLogForm());
            return true;
        });
        if (kind == LogKind.DEFER) {
            waiting.note(entry.recipient().address(), id);
        }
    }

    /** A report says who took the mail; the log of failures does not need to. */
    private static BounceRequest.Entry withRelay(BounceRequest.Entry entry) {
        if (entry.relay().isEmpty() || entry.relay().equals("none")) {
            return entry;
        }
        return new BounceRequest.Entry(entry.recipient(), entry.relay(), entry.status(), entry.action(),
                entry.diagnosticType(), entry.diagnosticText(), entry.mtaType(), entry.mtaName(),
                "delivery via " + entry.relay() + ": " + entry.reason());
    }

    private static BounceRequest.Entry entryOf(BounceRequest request) throws IOException {
        return request.entry().orElseThrow(() -> new IOException("request without recipient"));
    }

    private void flush(BounceRequest.Message message, QueueId id, QueueName queue, boolean forEach)
            throws IOException {
        BounceLog log = new BounceLog(directory, kind, id);
        LogEntries entries = log.entries();
        try (Original original = original(id, queue)) {
            if (kind == LogKind.TRACE) {
                boolean verify = (message.flags() & VERIFY) != 0;
                correspondence.report(verify ? NoticeKind.VERIFY : NoticeKind.SUCCESS, message, entries, original);
            } else if (forEach && !entries.isEmpty()) {
                correspondence.failureForEach(message, entries, original);
            } else {
                correspondence.failure(message, entries, original);
            }
        }
        if (kind != LogKind.TRACE && (message.flags() & MARK_DONE) != 0) {
            markDone(entries, id, queue);
        }
        files.call(() -> {
            log.remove();
            return true;
        });
    }

    private void warn(BounceRequest.Message message, QueueId id, QueueName queue) throws IOException {
        LogEntries entries = new BounceLog(directory, kind, id).entries();
        if (!entries.isEmpty()) {
            try (Original original = original(id, queue)) {
                correspondence.delay(message, entries, original);
            }
        }
    }

    private void one(BounceRequest request, QueueId id, QueueName queue) throws IOException {
        LogEntries entries = LogEntries.of(List.of(entryOf(request)));
        try (Original original = original(id, queue)) {
            correspondence.failure(request.message(), entries, original);
        }
        if ((request.message().flags() & MARK_DONE) != 0) {
            markDone(entries, id, queue);
        }
    }

    /** A message that can't be read is no reason to be silent about it. */
    private Original original(QueueId id, QueueName queue) throws IOException {
        return files.call(() -> {
            try {
                return Original.open(directory.path(queue, id));
            } catch (NoSuchFileException | CorruptQueueFileException e) {
                LOG.warn("{}: can't read the message that this is about: {}", id.text(), FileWords.at(e));
                return Original.missing();
            }
        });
    }

    private void markDone(LogEntries entries, QueueId id, QueueName queue) throws IOException {
        files.call(() -> {
            try (QueueFile file = QueueFile.openForUpdate(directory.path(queue, id))) {
                entries.forEach(entry -> {
                    if (entry.recipient().offset() > 0) {
                        file.markDone(entry.recipient().offset());
                    }
                });
            } catch (NoSuchFileException | CorruptQueueFileException e) {
                LOG.warn("{}: can't mark recipients done: {}", id.text(), FileWords.at(e));
            }
            return true;
        });
    }
}
