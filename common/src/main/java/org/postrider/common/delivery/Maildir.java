package org.postrider.common.delivery;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.postrider.common.posix.Errno;
import org.postrider.common.posix.FileWords;
import org.postrider.common.posix.Inodes;
import org.postrider.common.posix.NewFile;
import org.postrider.common.posix.PosixException;
import org.postrider.common.posix.SharedSync;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers messages into maildirs. Finds nothing, makes {@code tmp new cur} (0700) where they are missing; writes
 * {@code tmp/SEC.PpidQcount.HOST} (0600, exclusive), syncs it together with those of other deliveries to the same file system, and
 * the one act that delivers is its rename to {@code new/SEC.VdevIinodeMusec.HOST}. The device and inode in the name make it unique, so
 * the rename can't hide another message. A crash before the rename leaves a file in {@code tmp} that mail readers clean up; after it
 * the message is there.
 *
 * <p>Safe for many threads; each call runs on a thread that has the recipient's file-system identity.
 */
public final class Maildir {
    private static final Logger LOG = LoggerFactory.getLogger(Maildir.class);
    private static final int FILE_MODE = 0600;
    private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY_MODE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** As many names in tmp as are tried. */
    private static final int MOST_TAKEN = 1000;

    private final String hostname;
    private final long pid;
    private final InstantSource clock;
    private final String otherwise;
    private final AtomicLong count = new AtomicLong();
    private final Map<Long, SharedSync> syncs = new ConcurrentHashMap<>();

    /** A file in tmp. */
    private record Begun(Path path, NewFile file) {}

    /** @param otherwise the status code of failures that have none of their own: 4.2.0, or 5.2.0 to return mail */
    public Maildir(String hostname, long pid, InstantSource clock, String otherwise) {
        this.otherwise = otherwise;
        this.hostname = hostname.replace('/', '_').replace(':', '_');
        this.pid = pid;
        this.clock = clock;
    }

    /**
     * Delivers one message.
     *
     * @param owner whose rights the calling thread has, for messages
     * @param limit most bytes of one message, 0 for no limit
     * @return the delivered file
     */
    public Path deliver(Path maildir, Rights owner, long limit, MessageWriter writer) throws DeliveryTrouble {
        Instant now = clock.instant();
        Begun begun = begin(maildir, owner, now);
        Path temporary = begun.path();
        boolean delivered = false;
        try (NewFile file = begun.file()) {
            LimitedOutput out = new LimitedOutput(file, 0, limit);
            writer.write(out);
            out.flush();
            Inodes.Status identity = file.status();
            file.sync(syncs.computeIfAbsent(identity.device(), _ -> new SharedSync("maildir-sync")));
            Path target = maildir.resolve("new").resolve(finalName(identity, now));
            publish(maildir, temporary, target);
            delivered = true;
            return target;
        } catch (IOException e) {
            throw FileTrouble.mailbox("maildir delivery failed: ", e, otherwise);
        } finally {
            if (!delivered) {
                discard(temporary);
            }
        }
    }

    private DeliveryTrouble notCreated(Path file, Rights owner, IOException failure) {
        String text = "create maildir file " + file + ": ";
        if (is(Errno.EACCES, failure)) {
            LOG.warn("maildir access problem for UID/GID={}/{}: {}{}", owner.uid(), owner.gid(), text,
                    FileWords.of(failure));
            LOG.warn("perhaps you need to create the maildirs in advance");
        }
        return FileTrouble.mailbox("maildir delivery failed: " + text, failure, otherwise);
    }

    /** Passes over names that are taken: two generations of a service, around a reload, count from 1 in the same second. */
    private Begun begin(Path maildir, Rights owner, Instant now) throws DeliveryTrouble {
        for (int taken = 0;; taken++) {
            Path temporary = maildir.resolve("tmp")
                    .resolve(now.getEpochSecond() + ".P" + pid + "Q" + count.incrementAndGet() + "." + hostname);
            try {
                return new Begun(temporary, create(maildir, temporary));
            } catch (IOException e) {
                if (taken == MOST_TAKEN || !is(Errno.EEXIST, e)) {
                    throw notCreated(temporary, owner, e);
                }
            }
        }
    }

    private static boolean is(int errno, IOException failure) {
        return failure instanceof PosixException known && known.errno() == errno;
    }

    private static NewFile create(Path maildir, Path temporary) throws IOException {
        try {
            return NewFile.create(temporary, FILE_MODE);
        } catch (PosixException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            makeDirectories(maildir);
            return NewFile.create(temporary, FILE_MODE);
        }
    }

    private static void makeDirectories(Path maildir) throws IOException {
        Files.createDirectories(maildir, DIRECTORY_MODE);
        for (String name : new String[]{"tmp", "new", "cur"}) {
            try {
                Files.createDirectory(maildir.resolve(name), DIRECTORY_MODE);
            } catch (FileAlreadyExistsException _) {
                // Another delivery was faster, or it was only one of the three that was missing.
            }
        }
    }

    private String finalName(Inodes.Status identity, Instant now) {
        return now.getEpochSecond() + ".V" + Long.toHexString(identity.device()) + "I"
                + Long.toHexString(identity.inode()) + "M" + now.getNano() / 1000 + "." + hostname;
    }

    private static void publish(Path maildir, Path temporary, Path target) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException _) {
            makeDirectories(maildir);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void discard(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException _) {
            // Mail readers remove old files from tmp; the failure that led here is the one to report.
        }
    }
}
