package org.postrider.pickup;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.postrider.common.daemon.Service;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.posix.FileWords;
import org.postrider.common.queue.RecordReader;
import org.postrider.common.wire.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Service {@code pickup}: looks through maildrop when it is triggered. Finds a complete file (owner-execute bit set), hands it
 * to cleanup and unlinks it once cleanup has committed its own. A crash in between delivers the message twice, never loses it.
 * What is not a message is moved to {@code corrupt}; what can't be taken now stays for the next round.
 */
final class MaildropService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(MaildropService.class);
    /** Clocks of users may be wrong, a message from far ahead is not. */
    private static final Duration MOST_AHEAD = Duration.ofDays(1);

    private final PickupSettings settings;
    private final Submission submission;
    private final Path maildrop;
    private final Path corrupt;
    private final InstantSource clock;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicBoolean stopping = new AtomicBoolean();

    MaildropService(PickupSettings settings, Submission submission, Path queueDirectory,
            InstantSource clock) {
        this.settings = settings;
        this.submission = submission;
        this.maildrop = queueDirectory.resolve("maildrop");
        this.corrupt = queueDirectory.resolve("corrupt");
        this.clock = clock;
    }

    /** A trigger: whatever the byte is, look. */
    @Override
    public void converse(Connection connection) throws IOException {
        connection.timeout(settings.timeout());
        if (connection.in().read() >= 0) {
            wakeup();
        }
    }

    /** Looks through the directory; when another thread is at it already, that one looks once more. */
    @Override
    public void wakeup() {
        if (asked.getAndIncrement() > 0) {
            return;
        }
        int seen;
        do {
            seen = asked.get();
            scan();
        } while (!asked.compareAndSet(seen, 0));
    }

    @Override
    public void stopping() {
        stopping.set(true);
    }

    private void scan() {
        boolean more = true;
        while (more && !stopping.get()) {
            more = false;
            try (DirectoryStream<Path> files = Files.newDirectoryStream(maildrop)) {
                for (Path file : files) {
                    more |= take(file);
                }
            } catch (DirectoryIteratorException e) {
                LOG.warn("read directory {}: {}", maildrop, FileWords.of(Objects.requireNonNull(e.getCause())));
                return;
            } catch (IOException e) {
                LOG.warn("open directory {}: {}", maildrop, FileWords.of(e));
                return;
            }
        }
    }

    /** True when the file is dealt with and gone from maildrop. */
    private boolean take(Path file) {
        try {
            FileStatus status = FileStatus.of(file);
            if (!status.regular()) {
                LOG.warn("{}: uid {}: not a regular file", file.getFileName(), status.uid());
                return false;
            }
            // A file with a second link is being moved by postsuper, or by a move that crashed.
            return status.complete() && status.links() == 1 && hand(file, origin(file, status));
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException e) {
            LOG.warn("{}: {}", file.getFileName(), FileWords.of(e));
            return false;
        } catch (RuntimeException e) {
            LOG.error("{}: unexpected failure in submission", file.getFileName(), e);
            return false;
        }
    }

    /** A file of the system's own (postsuper -r) has the queue's mode 0700; one that a command submitted can be read by others. */
    private Origin origin(Path file, FileStatus status) throws IOException {
        Instant now = clock.instant();
        Instant arrived = status.modified().isAfter(now.plus(MOST_AHEAD)) ? now : status.modified();
        boolean trusted = status.hidden()
                && Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName().equals(settings.mailOwner());
        return new Origin(status.uid(), trusted, trusted ? file.getFileName().toString() : "", arrived,
                _ -> Optional.empty());
    }

    private boolean hand(Path file, Origin origin) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS), 16384)) {
            CleanupStatus status = submission.submit(new RecordReader(in), origin, true);
            if (!status.succeeded() && status.temporary()) {
                LOG.warn("{}: not taken now: {}", file.getFileName(), status.reason());
                return false;
            }
            if (!status.succeeded()) {
                LOG.warn("maildrop/{}: error writing {}: {}", file.getFileName(), status.queueId(), status.text());
            }
            Files.delete(file);
            return true;
        } catch (SubmissionException e) {
            LOG.warn("{}: uid {}: {}: moved to the corrupt queue", file.getFileName(), origin.uid(), e.getMessage());
            Files.createDirectories(corrupt);
            Files.move(file, corrupt.resolve(file.getFileName()));
            return true;
        }
    }
}
