package org.postrider.qmgr;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postrider.common.posix.FileWords;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.QueueScan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds messages for the active queue, while that has room: one from incoming, one from deferred, in turns, so that neither a
 * backlog nor a flood stops the other. A scan goes through a directory once, file by file; a request for a scan that is already
 * under way makes it start again at its end. One thread of its own runs {@link #run()}; any thread may make requests.
 *
 * <p>At the start, and with every periodic scan, it puts what nobody here holds in active back to incoming, by rename: an earlier
 * qmgr left it, or a broken disk kept it from leaving. Whatever of it was delivered is marked in the files.
 */
final class Feeder implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Feeder.class);
    /** As many files as one turn passes over in deferred before incoming has its turn again. */
    private static final int SKIPS_PER_TURN = 200;
    /** The same while announced messages wait: looking at a file costs a tenth of taking a message in. */
    private static final int SKIPS_BESIDE_NEW_MAIL = 10;
    /** As many messages as are read and routed at the same time. */
    private static final int MOST_LOADING = 32;
    /** As many announced messages as wait for their turn; those beyond are found by a scan. */
    private static final int MOST_ANNOUNCED = 1000;
    /** Announcements that come fast are gathered this long: waking this thread for each would cost more than reading the file. */
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** A scan that finds only mail whose time has not come leaves the processor to others for as long as it had it. */
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** Takes a candidate into the active queue; it calls {@link #loaded()} in any case, and {@link #release} at the end. */
    interface Admission {
        void admit(MessageLoader.Candidate candidate);
    }

    private final WatchedClock clock;
    private final Admission admission;
    private final Set<QueueId> known = ConcurrentHashMap.newKeySet();
    private final ArrayBlockingQueue<QueueId> announced = new ArrayBlockingQueue<>(MOST_ANNOUNCED);
    private final Semaphore loading = new Semaphore(MOST_LOADING);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Under the lock.
    private QueueDirectory directory;
    private volatile QmgrSettings settings;
    private int active;
    private boolean wantIncoming = true;
    private boolean wantDeferred = true;
    private boolean ignoreTime;
    private boolean stopped;

    // Only the feeder's thread.
    private final Set<QueueId> recovered = new HashSet<>();
    private @Nullable Pass incoming;
    private @Nullable Pass deferred;
    private long nextRun;
    private boolean recoveryDue;
    /** Files of the current pass over deferred whose times were those of a clock that has been put back. */
    private int anew;

    /** One pass over one queue. */
    private record Pass(QueueName queue, QueueScan scan, boolean ignoreTime) {}

    Feeder(QueueDirectory directory, WatchedClock clock, QmgrSettings settings, Admission admission) {
        this.directory = directory;
        this.clock = clock;
        this.settings = settings;
        this.admission = admission;
    }

    /** Goes on with other settings. */
    void reconfigure(QueueDirectory newDirectory, QmgrSettings changedSettings) {
        lock.lock();
        try {
            directory = newDirectory;
            settings = changedSettings;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A message has just come to incoming: no scan is needed to find it. */
    void announce(QueueId id) {
        boolean kept = announced.offer(id);
        lock.lock();
        try {
            wantIncoming |= !kept;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void scanIncoming() {
        lock.lock();
        try {
            wantIncoming = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** @param all take files whose time has not come, too */
    void scanDeferred(boolean all) {
        lock.lock();
        try {
            wantDeferred = true;
            ignoreTime |= all;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Makes the next scan of deferred take files whose time has not come. */
    void ignoreTime() {
        lock.lock();
        try {
            ignoreTime = true;
        } finally {
            lock.unlock();
        }
    }

    /** No message is taken in until another one has left. Any thread. */
    boolean isFull() {
        lock.lock();
        try {
            return active >= settings.activeLimit();
        } finally {
            lock.unlock();
        }
    }

    /** True from the moment a message is found until it has left the active queue. Any thread. */
    boolean isKnown(QueueId id) {
        return known.contains(id);
    }

    /** A candidate was read and routed, or given up. */
    void loaded() {
        loading.release();
    }

    /** A message left the active queue. */
    void release(QueueId id) {
        boolean _ = known.remove(id);
        lock.lock();
        try {
            // Only a feeder that waits for room has to know.
            if (active-- >= settings.activeLimit()) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        recoverActive();
        nextRun = System.nanoTime() + settings.queueRunDelay().toNanos();
        try {
            while (awaitWork()) {
                if (recoveryDue) {
                    recoverActive();
                }
                boolean announcedOne = takeAnnounced();
                int skips = announced.isEmpty() ? SKIPS_PER_TURN : SKIPS_BESIDE_NEW_MAIL;
                boolean foundOne = turn(incoming, skips);
                foundOne |= turn(deferred, skips);
                if (announcedOne && announced.isEmpty()) {
                    LockSupport.parkNanos(this, GATHER_NANOS);
                } else if (!announcedOne && !foundOne && deferred != null) {
                    LockSupport.parkNanos(this, PACE_NANOS);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            incoming = finish(incoming);
            deferred = finish(deferred);
        }
    }

    /** Opens the scans that are wanted; waits when there are none. False when it is time to stop. */
    private boolean awaitWork() throws InterruptedException {
        lock.lock();
        try {
            while (!stopped) {
                periodicRun();
                if (incoming == null && wantIncoming) {
                    wantIncoming = false;
                    incoming = begin(QueueName.INCOMING, false);
                }
                if (deferred == null && wantDeferred) {
                    wantDeferred = false;
                    deferred = begin(QueueName.DEFERRED, ignoreTime);
                    ignoreTime = false;
                }
                if (incoming != null || deferred != null || !announced.isEmpty()) {
                    return true;
                }
                boolean _ = changed.await(Math.max(1, nextRun - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void periodicRun() {
        if (System.nanoTime() - nextRun >= 0) {
            nextRun = System.nanoTime() + settings.queueRunDelay().toNanos();
            wantIncoming = true;
            wantDeferred = true;
            recoveryDue = true;
        }
    }

    private @Nullable Pass begin(QueueName queue, boolean ignoringTime) {
        try {
            if (!Files.isDirectory(directory.top(queue))) {
                // Mail that comes makes it again, if that is allowed.
                LOG.warn("can't scan queue {}: No such directory", queue.directory());
                return null;
            }
            return new Pass(queue, directory.scan(queue), ignoringTime);
        } catch (IOException e) {
            LOG.warn("can't scan queue {}: {}", queue.directory(), FileWords.at(e));
            return null;
        }
    }

    /** Admits at most one announced message; true when there was one. */
    private boolean takeAnnounced() throws InterruptedException {
        QueueId id = announced.poll();
        if (id == null) {
            return false;
        }
        try {
            var entry = new QueueScan.Entry(id, directory.path(QueueName.INCOMING, id));
            MessageLoader.Past past = recovered.contains(id)
                    ? MessageLoader.Past.PERHAPS_IN_USE
                    : MessageLoader.Past.NONE;
            MessageLoader.Candidate candidate = candidate(entry, QueueName.INCOMING, past, false);
            if (candidate != null) {
                boolean _ = admit(candidate);
            }
        } catch (IOException e) {
            LOG.warn("{}: can't look at queue file: {}", id, FileWords.of(e));
            scanIncoming();
        }
        return true;
    }

    /** Admits at most one message of this pass; true when it did. */
    private boolean turn(@Nullable Pass pass, int skips) throws InterruptedException {
        if (pass == null) {
            return false;
        }
        try {
            for (int skipped = 0; skipped < skips; skipped++) {
                Optional<QueueScan.Entry> entry = pass.scan.next();
                if (entry.isEmpty()) {
                    end(pass);
                    return false;
                }
                MessageLoader.Candidate candidate = candidate(entry.get(), pass.queue,
                        past(entry.get().id(), pass.queue), pass.ignoreTime);
                if (candidate != null) {
                    return admit(candidate);
                }
            }
        } catch (AccessDeniedException e) {
            // Of a hash directory, say: what stands behind it in this queue does not wait for it.
            LOG.warn("queue {}: {}: Permission denied", pass.queue.directory(), e.getFile());
        } catch (IOException e) {
            LOG.warn("can't scan queue {}: {}", pass.queue.directory(), FileWords.at(e));
            end(pass);
        }
        return false;
    }

    private void end(Pass pass) {
        if (pass.queue == QueueName.INCOMING) {
            incoming = finish(incoming);
        } else {
            deferred = finish(deferred);
            if (anew > 0) {
                LOG.warn(
                        "queue deferred: the times of {} messages lay ahead, as the clock was put back since: they wait anew",
                        anew);
            }
            anew = 0;
        }
    }

    private static @Nullable Pass finish(@Nullable Pass pass) {
        if (pass != null) {
            try {
                pass.scan.close();
            } catch (IOException e) {
                LOG.warn("can't close queue {}: {}", pass.queue.directory(), FileWords.of(e));
            }
        }
        return null;
    }

    /** What an agent called by an earlier qmgr may still work on was in active, or went to deferred. */
    private MessageLoader.Past past(QueueId id, QueueName queue) {
        return queue == QueueName.DEFERRED || recovered.contains(id)
                ? MessageLoader.Past.PERHAPS_IN_USE
                : MessageLoader.Past.UNKNOWN;
    }

    private MessageLoader.@Nullable Candidate candidate(QueueScan.Entry entry, QueueName queue, MessageLoader.Past past,
            boolean ignoringTime) throws IOException {
        if (known.contains(entry.id())) {
            return null;
        }
        try {
            PosixFileAttributes attributes = Files.readAttributes(entry.path(), PosixFileAttributes.class,
                    LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()) {
                LOG.warn("{}: not a regular file, left alone in queue {}", entry.id(), queue.directory());
                return null;
            }
            if (CorruptMessages.isMarked(attributes.permissions())) {
                new CorruptMessages(directory).save(entry.path(), entry.id(), queue);
                return null;
            }
            MessageLoader.Candidate candidate = new MessageLoader.Candidate(entry.id(), entry.path(), queue,
                    attributes, past, ignoringTime);
            return candidate.isComplete() && (ignoringTime || isDue(candidate)) ? candidate : null;
        } catch (NoSuchFileException _) {
            // Moved or removed since the directory was read.
            return null;
        }
    }

    private static Instant changed(Path file) throws IOException {
        return ((FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS)).toInstant();
    }

    private boolean isDue(MessageLoader.Candidate candidate) throws IOException {
        Instant time = candidate.attributes().lastModifiedTime().toInstant();
        return switch (new DueTimes(clock, settings.retry().maximalBackoff()).look(time, candidate.queue(),
                () -> changed(candidate.path()))) {
            case DueTimes.Answer.Now() -> true;
            case DueTimes.Answer.Later() -> false;
            case DueTimes.Answer.Anew(Instant later) -> {
                QueueDirectory.setTime(candidate.path(), later);
                anew++;
                yield false;
            }
        };
    }

    private boolean admit(MessageLoader.Candidate candidate) throws InterruptedException {
        if (!awaitRoom()) {
            return false;
        }
        loading.acquire();
        boolean _ = known.add(candidate.id());
        boolean _ = recovered.remove(candidate.id());
        admission.admit(candidate);
        return true;
    }

    private boolean awaitRoom() throws InterruptedException {
        lock.lock();
        try {
            while (active >= settings.activeLimit() && !stopped) {
                changed.await();
            }
            if (stopped) {
                return false;
            }
            active++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Known files are in the queue manager's hands. Only this thread admits, so an unknown one stays unknown meanwhile. */
    private void recoverActive() {
        recoveryDue = false;
        try (QueueScan scan = directory.scan(QueueName.ACTIVE)) {
            for (Optional<QueueScan.Entry> entry = scan.next(); entry.isPresent(); entry = scan.next()) {
                if (!known.contains(entry.get().id())) {
                    recover(entry.get());
                }
            }
        } catch (IOException e) {
            LOG.warn("can't move messages from queue active to queue incoming: {}", FileWords.of(e));
        }
    }

    /** Two messages of one name are somebody's work with a spool by hand: a rename would end one of them. */
    private QueueId ownName(QueueScan.Entry entry) throws IOException {
        if (!Files.exists(directory.path(QueueName.INCOMING, entry.id()), LinkOption.NOFOLLOW_LINKS)) {
            return entry.id();
        }
        QueueId free = directory.freeId(entry.id(), entry.path(), _ -> false);
        LOG.warn("{}: another file has this name in queue incoming: the one in queue active is {} now", entry.id(),
                free);
        return free;
    }

    /** One file that can't be moved holds no other back. */
    private void recover(QueueScan.Entry entry) {
        try {
            QueueId id = ownName(entry);
            directory.move(entry.path(), id, QueueName.INCOMING);
            boolean _ = recovered.add(id);
            scanIncoming();
        } catch (NoSuchFileException _) {
            // postsuper was faster.
        } catch (IOException e) {
            LOG.warn("{}: can't move from queue active to queue incoming: {}", entry.id(), FileWords.of(e));
        }
    }
}
