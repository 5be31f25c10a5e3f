package org.postrider.common.queue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postrider.common.posix.FileWords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments that one process has taken, at most {@link Journal.Sizes#most}: the current one, to which messages go; full ones, whose
 * messages wait for a checkpoint; empty ones; and after a failure those that are kept for the next recovery.
 *
 * <p>One thread writes at a time, {@link Journal} sees to that; the rest any thread may call.
 */
final class OwnSegments {
    private static final Logger LOG = LoggerFactory.getLogger(OwnSegments.class);

    private final JournalFiles files;
    private final int most;
    private final String incarnation;
    private final Runnable hurry;
    private final HeldIds held = new HeldIds();
    private final JournalBatch buffer = new JournalBatch();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition sealed = lock.newCondition();

    // Under the lock; current is used without it by the one who set writing.
    private final Deque<JournalSegment> empty = new ArrayDeque<>();
    private final List<JournalSegment> full = new ArrayList<>();
    private final List<JournalSegment> kept = new ArrayList<>();
    private final Set<Path> own = new HashSet<>();
    private @Nullable JournalSegment current;
    private boolean writing;
    private boolean sealWanted;
    private boolean closed;
    private volatile boolean dirty;

    /**
     * @param incarnation of the file system
     * @param hurry asks for a checkpoint soon; must not call back
     */
    OwnSegments(JournalFiles files, int most, String incarnation, Runnable hurry) {
        this.files = files;
        this.most = most;
        this.incarnation = incarnation;
        this.hurry = hurry;
    }

    /** The ids of the messages in them. */
    HeldIds held() {
        return held;
    }

    /** True when there is something for a checkpoint to do. */
    boolean isDirty() {
        return dirty;
    }

    boolean isOwn(Path path) {
        lock.lock();
        try {
            return own.contains(path);
        } finally {
            lock.unlock();
        }
    }

    /** No message goes into them any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes messages durable.
     *
     * @throws JournalFullException when there is no room; nothing was written
     */
    void write(List<JournalRecord> records) throws IOException {
        JournalSegment segment = begin(records);
        try {
            segment.write(records, buffer);
            if (segment.isCrowded()) {
                hurry.run();
            }
        } catch (IOException e) {
            LOG.error("journal: can't write {}: {}: the file is not used any more, and {} messages are refused for now",
                    segment.path(), FileWords.of(e), records.size());
            hurry.run();
            throw e;
        } finally {
            end();
        }
    }

    private JournalSegment begin(List<JournalRecord> records) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new JournalFullException("the journal is closed");
            }
            JournalSegment segment = current;
            if (segment == null || !segment.hasRoom(records)) {
                segment = next();
                current = segment;
            }
            held.add(segment, records);
            writing = true;
            return segment;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            writing = false;
            dirty = true;
            if (sealWanted) {
                sealCurrent();
            }
        } finally {
            lock.unlock();
        }
    }

    private JournalSegment next() throws IOException {
        sealCurrent();
        for (JournalSegment next = empty.pollFirst(); next != null; next = empty.pollFirst()) {
            if (next.isInPlace()) {
                return next;
            }
            // Somebody has moved or locked the directory: a crash now, and nobody would find what is in this file.
            own.remove(next.path());
            next.close();
        }
        hurry.run();
        if (own.size() >= most) {
            throw new JournalFullException("all segments of the journal are full");
        }
        try {
            JournalSegment made = files.takeEmpty(own, incarnation);
            own.add(made.path());
            return made;
        } catch (IOException e) {
            throw (IOException) new JournalFullException("no new file for the journal: " + FileWords.at(e))
                    .initCause(e);
        }
    }

    private void sealCurrent() {
        JournalSegment now = current;
        if (now != null && (now.isUsed() || now.isBroken())) {
            full.add(now);
            current = null;
        }
        sealWanted = false;
        sealed.signalAll();
    }

    /** Nothing more goes to the segments that were in use. They are the caller's: to be emptied, or kept. */
    List<JournalSegment> seal() {
        lock.lock();
        try {
            sealWanted = true;
            while (writing && sealWanted) {
                sealed.awaitUninterruptibly();
            }
            if (sealWanted) {
                sealCurrent();
            }
            dirty = false;
            List<JournalSegment> before = List.copyOf(full);
            full.clear();
            return before;
        } finally {
            lock.unlock();
        }
    }

    /** Nobody else gets these as long as this process lives. */
    void keep(List<JournalSegment> segments) {
        lock.lock();
        try {
            for (JournalSegment segment : segments) {
                own.add(segment.path());
                kept.add(segment);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Empties segments; one that can neither be emptied nor removed holds no other back. */
    void clear(List<JournalSegment> segments) throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (JournalSegment segment : segments) {
            try {
                clear(segment);
            } catch (IOException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }

    /** A segment that can't be emptied goes: its messages are on the disk, and must not come back when they are gone. */
    private void clear(JournalSegment segment) throws IOException {
        if (!segment.isBroken()) {
            try {
                segment.clear(incarnation);
                held.remove(segment);
                add(segment);
                return;
            } catch (IOException e) {
                LOG.error("journal: can't write {}: {}: the file is not used any more", segment.path(),
                        FileWords.of(e));
            }
        }
        lock.lock();
        try {
            own.remove(segment.path());
        } finally {
            lock.unlock();
        }
        segment.remove();
        held.remove(segment);
    }

    private void add(JournalSegment segment) {
        lock.lock();
        try {
            empty.addLast(segment);
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of all but those that are kept: nobody may empty these before a recovery. */
    void release() throws IOException {
        List<JournalSegment> all = new ArrayList<>();
        lock.lock();
        try {
            all.addAll(empty);
            all.addAll(full);
            JournalSegment now = current;
            if (now != null && !now.isUsed()) {
                all.add(now);
                current = null;
            }
            empty.clear();
            full.clear();
        } finally {
            lock.unlock();
        }
        for (JournalSegment segment : all) {
            segment.close();
        }
    }
}
