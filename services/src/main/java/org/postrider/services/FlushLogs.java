package org.postrider.services;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postrider.common.posix.FileLocks;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which messages wait for which site: one file a site below the queue's directory {@code flush}, named by {@link #name}, with one
 * queue id a line, as Postfix has them. Lines are added while mail is deferred; a site that is asked for has its messages moved
 * to incoming and its file emptied. The time of last access says when a site was asked for last, that of the last change
 * when an empty file was used last.
 *
 * <p>Acts: every message is moved by itself, and the file is emptied after all have been. A crash in between leaves ids of messages
 * that are not deferred any more; they are passed over the next time. A file that is lost costs only time: its messages are tried
 * when they are due. Whoever changes files holds a lock on the directory, so an id that comes while a file is emptied is not
 * lost with it.
 *
 * <p>Blocks on the disk and on the lock: file-work threads only.
 */
final class FlushLogs {
    private static final Logger LOG = LoggerFactory.getLogger(FlushLogs.class);
    /** As many ids are remembered while a file is read, so that one deferred many times is looked for once. */
    private static final int MOST_REMEMBERED = 10_000;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final QueueDirectory queue;
    private final InstantSource clock;
    private final Duration refresh;
    private final Duration purge;

    /**
     * @param refresh a file with ids that was not read for so long is acted on
     * @param purge an empty file that was not written for so long goes
     */
    FlushLogs(QueueDirectory queue, InstantSource clock, Duration refresh, Duration purge) {
        this.queue = queue;
        this.clock = clock;
        this.refresh = refresh;
        this.purge = purge;
    }

    /** A site's file name: lower case, everything that is no letter or digit replaced by an underscore. */
    static String name(String site) {
        return site.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
    }

    /** Hashed, if the administrator wants it so, by the first characters of the name. */
    private Path path(String name) {
        Path path = queue.top(QueueName.FLUSH);
        for (int level = 0; level < queue.depth(QueueName.FLUSH); level++) {
            path = path.resolve(level < name.length() ? name.substring(level, level + 1) : "_");
        }
        return path.resolve(name);
    }

    /** This message waits for this site. */
    void add(String site, QueueId id) throws IOException {
        try (FileLocks.Held _ = lock()) {
            Path log = path(name(site));
            if (!Files.exists(log)) {
                queue.makeParent(log);
                Files.createFile(log, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
            Files.write(log, bytes(List.of(id.text())), StandardOpenOption.APPEND);
        }
    }

    /** Moves everything that waits for this site to incoming; returns how many messages. */
    int send(String site) throws IOException {
        try (FileLocks.Held _ = lock()) {
            return send(path(name(site)));
        } catch (NoSuchFileException _) {
            return 0;
        }
    }

    private int send(Path log) throws IOException {
        Set<String> seen = new HashSet<>();
        Set<String> active = new LinkedHashSet<>();
        int moved = 0;
        try (BufferedReader in = Files.newBufferedReader(log, StandardCharsets.ISO_8859_1)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                Optional<QueueId> id = QueueId.parse(line);
                if (id.isEmpty()) {
                    LOG.warn("bad queue id \"{}\" in {}", line, log);
                } else if (seen.size() >= MOST_REMEMBERED || seen.add(line)) {
                    moved += release(id.get()) ? 1 : 0;
                    // It may be deferred in a moment, after defer has told us of it.
                    if (active.size() < MOST_REMEMBERED && Files.exists(queue.path(QueueName.ACTIVE, id.get()))) {
                        active.add(line);
                    }
                }
            }
        }
        Files.write(log, bytes(active), StandardOpenOption.TRUNCATE_EXISTING);
        FileTime now = FileTime.from(clock.instant());
        Files.getFileAttributeView(log, BasicFileAttributeView.class).setTimes(now, now, null);
        return moved;
    }

    /**
     * Moves one deferred message to incoming; false when it is not deferred. The group-read bit tells qmgr to try it whatever it
     * knows of its destinations.
     */
    boolean release(QueueId id) throws IOException {
        Path deferred = queue.path(QueueName.DEFERRED, id);
        try {
            Set<PosixFilePermission> mode = new HashSet<>(Files.getPosixFilePermissions(deferred));
            mode.add(PosixFilePermission.GROUP_READ);
            Files.setPosixFilePermissions(deferred, mode);
            QueueDirectory.setTime(deferred, clock.instant());
            queue.move(id, QueueName.DEFERRED, QueueName.INCOMING);
            return true;
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /** Acts on files that nobody asked for in a long time, and removes those that nobody needs; returns how many messages moved. */
    int refresh() throws IOException {
        int moved = 0;
        try (FileLocks.Held _ = lock(); Stream<Path> all = Files.walk(queue.top(QueueName.FLUSH))) {
            for (Path path : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                moved += refresh(path);
            }
        }
        return moved;
    }

    private int refresh(Path log) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(log, BasicFileAttributes.class);
        Instant now = clock.instant();
        if (attributes.size() > 0) {
            return attributes.lastAccessTime().toInstant().plus(refresh).isAfter(now) ? 0 : send(log);
        }
        if (!attributes.lastModifiedTime().toInstant().plus(purge).isAfter(now)) {
            Files.delete(log);
        }
        return 0;
    }

    private FileLocks.Held lock() throws IOException {
        return FileLocks.exclusive(queue.top(QueueName.FLUSH));
    }

    private static byte[] bytes(Iterable<String> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
