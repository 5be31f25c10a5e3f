package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.QueueScan;
import org.postrider.common.queue.RecordType;
import org.postrider.common.testing.SimulatedFileSystem;

/**
 * What was promised of each message of a {@link QueueStory} and what was done to it, against which the queue is held after every
 * crash.
 */
final class QueueLedger {
    private static final List<QueueName> PLACES = List.of(QueueName.INCOMING, QueueName.ACTIVE, QueueName.DEFERRED,
            QueueName.HOLD, QueueName.CORRUPT);

    private final SimulatedFileSystem files;
    private final QueueDirectory directory;
    private final Map<Integer, Fact> facts = new TreeMap<>();
    private int syncs;
    private int stayedRemoved;
    private int cameBack;

    enum State {
        /** Nobody was told that it is accepted. */
        BEGUN,
        /** Accepted. */
        OURS,
        /** A crash came while it was being removed. */
        LEAVING,
        /** Removed. */
        REMOVED
    }

    /** When something was done: until everything was synced, a crash of the machine may undo it. */
    static final class Stamp {
        final int syncs;
        boolean doubtful;

        Stamp(int syncs, boolean doubtful) {
            this.syncs = syncs;
            this.doubtful = doubtful;
        }
    }

    /** What is known of a message. */
    static final class Fact {
        QueueId id;
        final byte[] image;
        final List<Integer> recipients;
        final Map<Integer, Stamp> done = new HashMap<>();
        State state = State.BEGUN;
        /** False for a message that nobody was told of, and that a kill left in the queue: a crash of the machine may take it. */
        boolean promised;
        Stamp removed = new Stamp(0, true);
        Optional<MessageHead> active = Optional.empty();

        Fact(QueueId id, byte[] image, List<Integer> recipients) {
            this.id = id;
            this.image = image;
            this.recipients = recipients;
        }
    }

    QueueLedger(SimulatedFileSystem files, QueueDirectory directory) {
        this.files = files;
        this.directory = directory;
    }

    /** Messages that a crash did not bring back, because everything had been synced after their removal. */
    int stayedRemoved() {
        return stayedRemoved;
    }

    /** Removed messages that a crash of the machine brought back. */
    int cameBack() {
        return cameBack;
    }

    /** A message that is about to be accepted; no other has its id. */
    void begin(int serial, Fact fact) {
        assertThat(facts.values()).noneMatch(other -> other.state == State.OURS && other.id.equals(fact.id));
        facts.put(serial, fact);
    }

    /** Those that are accepted and not removed. */
    List<Fact> ours() {
        return facts.values().stream().filter(fact -> fact.state == State.OURS).toList();
    }

    /** All that was done until now is on the disk. */
    void synced() {
        syncs++;
    }

    /** Something that is done now; {@code begun} when a crash may come in its middle. */
    Stamp stamp(boolean begun) {
        return new Stamp(syncs, begun);
    }

    /** No process is alive that knows of any. */
    void processesEnded() {
        facts.values().forEach(fact -> fact.active = Optional.empty());
    }

    /** The machine crashes: what was done since the last sync may be undone. */
    void doubt() {
        for (Fact fact : facts.values()) {
            fact.removed.doubtful |= fact.removed.syncs == syncs;
            fact.done.values().forEach(stamp -> stamp.doubtful |= stamp.syncs == syncs);
        }
    }

    /** Holds the queue against what is known, and takes from it what a crash has decided. */
    void verify() throws IOException {
        Map<Integer, Integer> seen = new HashMap<>();
        for (QueueName queue : PLACES) {
            try (QueueScan scan = directory.scan(queue)) {
                for (var entry = scan.next(); entry.isPresent(); entry = scan.next()) {
                    found(entry.get(), queue, seen);
                }
            }
        }
        for (var each = facts.entrySet().iterator(); each.hasNext();) {
            Map.Entry<Integer, Fact> entry = each.next();
            Fact fact = entry.getValue();
            int times = seen.getOrDefault(entry.getKey(), 0);
            fact.promised |= times > 0 && files.isClean();
            if (fact.state == State.OURS && fact.promised) {
                assertThat(times).as("copies of %s", fact.id).isEqualTo(1);
            } else if (times > 0) {
                cameBack(fact);
            } else if (fact.state == State.REMOVED && !fact.removed.doubtful && fact.removed.syncs < syncs) {
                stayedRemoved++;
                each.remove();
            } else if (files.isClean()) {
                each.remove();
            } else if (fact.state == State.OURS) {
                fact.state = State.BEGUN;
            } else if (fact.state == State.LEAVING) {
                fact.state = State.REMOVED;
                fact.removed = new Stamp(syncs, false);
            }
        }
    }

    private void cameBack(Fact fact) {
        if (fact.state == State.REMOVED) {
            assertThat(fact.removed.doubtful).as("%s was removed for good and came back", fact.id).isTrue();
            cameBack++;
        }
        fact.state = State.OURS;
    }

    private void found(QueueScan.Entry entry, QueueName queue, Map<Integer, Integer> seen) throws IOException {
        boolean ready = Files.getPosixFilePermissions(entry.path()).contains(PosixFilePermission.OWNER_EXECUTE);
        byte[] bytes = Files.readAllBytes(entry.path());
        int serial = StoryMessage.serial(bytes);
        Fact fact = facts.get(serial);
        if (fact != null && !fact.id.equals(entry.id()) && lostItsName(fact)) {
            fact.id = entry.id();
        }
        boolean equal = fact != null && fact.id.equals(entry.id()) && isImage(fact, bytes);
        if (ready && equal) {
            seen.merge(serial, 1, Integer::sum);
        } else if (ready) {
            assertThat(isDeliverable(entry.path())).as("%s in %s is nobody's message", entry.id(), queue).isFalse();
        }
    }

    /** Who comes back, and finds that his name was given again, gets another. */
    private boolean lostItsName(Fact fact) {
        return fact.state != State.OURS
                && facts.values().stream().anyMatch(other -> other != fact && other.id.equals(fact.id));
    }

    /** The message, but for marks; and no mark is lost that must be there. */
    private boolean isImage(Fact fact, byte[] bytes) {
        byte[] plain = bytes.clone();
        for (int recipient : fact.recipients) {
            if (recipient < plain.length && plain[recipient] == RecordType.DONE.letter()) {
                assertThat(fact.done).as("%s: who marked this?", fact.id).containsKey(recipient);
                plain[recipient] = RecordType.RECIPIENT.letter();
            } else {
                Stamp lost = fact.done.remove(recipient);
                assertThat(lost == null || lost.doubtful).as("%s: recipient %s was done for good", fact.id, recipient)
                        .isTrue();
            }
        }
        return Arrays.equals(plain, fact.image);
    }

    private static boolean isDeliverable(Path path) {
        try (QueueFile file = QueueFile.open(path)) {
            boolean known = file.size().isKnown();
            file.envelope();
            var content = file.content();
            while (content.next()) {
                // To the end, as an agent reads it.
            }
            return known;
        } catch (IOException _) {
            return false;
        }
    }

    /** The queue as it is becomes what is known; what is no message goes, as an administrator would have it, and qmgr begins anew. */
    void settle() throws IOException {
        for (QueueName queue : PLACES) {
            try (QueueScan scan = directory.scan(queue)) {
                for (var entry = scan.next(); entry.isPresent(); entry = scan.next()) {
                    QueueId id = entry.get().id();
                    boolean ours = facts.values().stream()
                            .anyMatch(fact -> fact.state == State.OURS && fact.id.equals(id));
                    if (!ours) {
                        Files.delete(entry.get().path());
                    } else if (queue == QueueName.ACTIVE) {
                        directory.move(entry.get().path(), id, QueueName.INCOMING);
                    }
                }
            }
        }
        processesEnded();
    }
}
