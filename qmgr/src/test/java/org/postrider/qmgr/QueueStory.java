package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.postrider.common.queue.FsyncCommit;
import org.postrider.common.queue.Journal;
import org.postrider.common.queue.JournalCommit;
import org.postrider.common.queue.JournalRecovery;
import org.postrider.common.queue.MessageSize;
import org.postrider.common.queue.NewQueueFile;
import org.postrider.common.queue.QueueCommit;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.QueueScan;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;
import org.postrider.common.testing.SimulatedCrash;
import org.postrider.common.testing.SimulatedFileSystem;

/**
 * Mail comes and goes in a queue on a file system that crashes, drawn by lot. It drives the code of the suite: making and committing
 * files, journal, checkpoints and recovery, qmgr's loader and finisher, marks; and it keeps a ledger of its own of what was promised,
 * against which the queue is held after every crash.
 */
final class QueueStory {
    private static final List<QueueName> PLACES = List.of(QueueName.INCOMING, QueueName.ACTIVE, QueueName.DEFERRED,
            QueueName.HOLD, QueueName.CORRUPT);
    private static final int MANY = 12;
    private static final Journal.Sizes SIZES = new Journal.Sizes(1 << 15, 3);
    private static final String SERIAL = "Serial: ";

    private final Random random;
    private final boolean journaled;
    private final SimulatedFileSystem files;
    private final QueueDirectory directory;
    private final MessageLoader loader;
    private final MessageFinisher finisher;
    private final Map<Integer, Fact> ledger = new TreeMap<>();
    private final List<Open> open = new ArrayList<>();
    private Instant now = Samples.START;
    private int serials;
    private int crashes;
    private int syncs;
    private int wholeSyncs;
    private int promises;
    private int stayedRemoved;
    private int cameBack;
    /** A sync failed since the machine was started: not all that is seen is on the disk. */
    private boolean diskFailed;
    /** Of all processes that are alive; the last two take mail in, as after a reload. */
    private final List<QueueCommit> commits = new ArrayList<>();
    private final List<Journal> journals = new ArrayList<>();
    /** All files are made in the same few microseconds, so that an id comes again as soon as an inode number does. */
    private final boolean fewIds;

    private enum State {
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
    private static final class Stamp {
        final int syncs;
        boolean doubtful;

        Stamp(int syncs, boolean doubtful) {
            this.syncs = syncs;
            this.doubtful = doubtful;
        }
    }

    /** What is known of a message. */
    private static final class Fact {
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

    /** A message that cleanup is taking in. */
    private record Open(NewQueueFile file, QueueCommit commit, int serial, int lines) {}

    QueueStory(long seed, boolean journaled) throws IOException {
        this.random = new Random(seed);
        this.journaled = journaled;
        this.files = new SimulatedFileSystem(random);
        this.fewIds = random.nextBoolean();
        Path root = files.getPath("/queue");
        directory = new QueueDirectory(root, random.nextBoolean() ? Set.of("deferred", "incoming") : Set.of(), 1);
        WatchedClock clock = Samples.clocks(() -> now, () -> now).calendar();
        loader = new MessageLoader(directory, clock, false, Samples.LOG);
        finisher = new MessageFinisher(directory, clock, new FakeServices(),
                Samples.settings(TransportSettings.DEFAULT),
                _ -> files.full(false));
        for (Path made : List.of(root, root.resolve(Journal.DIRECTORY))) {
            Files.createDirectory(made);
        }
        directory.create(QueueName.values());
        files.disk().mounted(root).sync();
        start();
    }

    int crashes() {
        return crashes;
    }

    int promises() {
        return promises;
    }

    /** Messages that a crash did not bring back, because everything had been synced after their removal. */
    int stayedRemoved() {
        return stayedRemoved;
    }

    /** Removed messages that a crash of the machine brought back. */
    int cameBack() {
        return cameBack;
    }

    long operations() {
        return files.operations();
    }

    /** Goes on to the next crash and beyond it. */
    void live() throws IOException {
        boolean machine = random.nextInt(4) > 0;
        files.crashAfter(random.nextInt(random.nextInt(8) == 0 ? 400 : 60));
        try {
            while (true) {
                step();
            }
        } catch (SimulatedCrash _) {
            crash(machine);
        }
        while (!recovered()) {
            crash(random.nextInt(3) > 0);
        }
        verify();
        settle();
        start();
    }

    private void crash(boolean machine) {
        crashes++;
        files.refuseSyncs(false);
        files.full(false);
        open.clear();
        journals.clear();
        commits.clear();
        diskFailed &= !machine;
        ledger.values().forEach(fact -> fact.active = Optional.empty());
        if (machine) {
            doubt();
            files.crash();
        } else {
            files.killProcesses();
        }
    }

    private void doubt() {
        for (Fact fact : ledger.values()) {
            fact.removed.doubtful |= fact.removed.syncs == syncs;
            fact.done.values().forEach(stamp -> stamp.doubtful |= stamp.syncs == syncs);
        }
    }

    /** What master does first; now and then this is cut short, too. */
    private boolean recovered() throws IOException {
        if (random.nextInt(4) == 0) {
            files.crashAfter(random.nextInt(30));
        } else {
            files.crashAfter(Integer.MAX_VALUE);
        }
        wholeSyncs = files.wholeSyncs();
        try {
            new JournalRecovery(directory, files.disk()).run();
            noteSync();

            return true;
        } catch (SimulatedCrash _) {
            return false;
        } finally {
            files.crashAfter(Integer.MAX_VALUE);
        }
    }

    private void start() throws IOException {
        if (journaled) {
            Journal made = new Journal(directory.root(), files.disk(), SIZES, () -> ++serials);
            commits.add(random.nextInt(20) > 0 ? JournalCommit.of(made) : JournalCommit.emptying(made));
            journals.add(made);
        } else {
            commits.add(new FsyncCommit());
        }
    }

    private QueueCommit commit() {
        return commits.get(commits.size() - 1 - random.nextInt(Math.min(2, commits.size())));
    }

    private Instant fileTime() {
        return fewIds ? now.truncatedTo(ChronoUnit.SECONDS) : now;
    }

    // ---- what happens in a mail system ----

    private void step() throws IOException {
        now = now.plusNanos(1000L * (1 + random.nextInt(300_000)));
        try {
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4 -> begin();
                case 5, 6, 7, 8 -> commitOne();
                case 9, 10, 11 -> load();
                case 12, 13 -> markOne();
                case 14, 15 -> finishOne();
                case 16 -> hold();
                case 17 -> checkpoint();
                case 18 -> files.writeBack();
                default -> rarely();
            }
        } catch (IOException e) {
            assertThat(e).hasMessageMatching(".*(Input/output error|No space left on device).*");
        }
    }

    private void rarely() throws IOException {
        switch (random.nextInt(12)) {
            case 0 -> {
                files.refuseSyncs(true);
                diskFailed = true;
            }
            case 1 -> files.full(true);
            case 2, 3, 4, 5 -> {
                files.refuseSyncs(false);
                files.full(false);
            }
            case 6 -> reload();
            case 7 -> stopCleanly();
            default -> {
                // Nothing happens.
            }
        }
    }

    private void begin() throws IOException {
        if (open.size() < 3 && ledger.values().stream().filter(fact -> fact.state == State.OURS).count() < MANY) {
            QueueCommit commit = commit();
            NewQueueFile file = NewQueueFile.create(directory, QueueName.INCOMING, false, this::fileTime,
                    commit::isTaken);
            int serial = ++serials;
            int lines = random.nextInt(random.nextInt(6) == 0 ? 300 : 30);
            open.add(new Open(file, commit, serial, lines));
        }
    }

    private void commitOne() throws IOException {
        if (open.isEmpty()) {
            return;
        }
        Open one = open.remove(random.nextInt(open.size()));
        try {
            List<Integer> recipients = write(one);
            byte[] image = image(one);
            if (random.nextInt(8) == 0) {
                one.file.moveTo(QueueName.HOLD);
            }
            Fact fact = new Fact(one.file.id(), image, recipients);
            assertThat(ledger.values()).noneMatch(other -> other.state == State.OURS && other.id.equals(fact.id));
            ledger.put(one.serial, fact);
            one.commit.commit(one.file);

            fact.state = State.OURS;
            fact.promised = true;
            promises++;
        } catch (IOException e) {
            one.file.abandon();
            throw e;
        }
    }

    private static List<Integer> write(Open one) throws IOException {
        List<Integer> recipients = new ArrayList<>();
        one.file.patchSize(write(one, one.file.records(), MessageSize.UNKNOWN, recipients));
        return recipients;
    }

    /** The file as it will be, which may be in memory yet. */
    private static byte[] image(Open one) throws IOException {
        MessageSize size = write(one, new RecordWriter(OutputStream.nullOutputStream()), MessageSize.UNKNOWN,
                new ArrayList<>());
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        RecordWriter records = new RecordWriter(image);
        MessageSize _ = write(one, records, size, new ArrayList<>());
        records.flush();
        return image.toByteArray();
    }

    private static MessageSize write(Open one, RecordWriter records, MessageSize size, List<Integer> recipients)
            throws IOException {
        long created = one.file.created().getEpochSecond();
        records.write(RecordType.SIZE, size.format());
        records.write(RecordType.TIME, created + " 0");
        records.attribute("create_time", Long.toString(created));
        records.write(RecordType.SENDER, "sender@example.com");
        for (int i = 0; i <= one.serial % 3; i++) {
            recipients.add((int) records.position());
            records.write(RecordType.RECIPIENT, "to" + i + "@example.com");
        }
        records.write(RecordType.MESSAGE);
        long data = records.position();
        records.write(RecordType.TEXT, SERIAL + one.serial + ".");
        for (int i = 0; i < one.lines; i++) {
            records.write(RecordType.TEXT, "line " + i + " of message " + one.serial + " is not too long");
        }
        long extracted = records.position();
        records.write(RecordType.EXTRACTED);
        records.write(RecordType.END);
        return new MessageSize(extracted - data, data, recipients.size(), 0, extracted - data, 0);
    }

    private Optional<Fact> any(boolean active) {
        List<Fact> some = ledger.values().stream()
                .filter(fact -> fact.state == State.OURS && fact.active.isPresent() == active).toList();
        return some.isEmpty() ? Optional.empty() : Optional.of(some.get(random.nextInt(some.size())));
    }

    private void load() throws IOException {
        Optional<Fact> fact = any(false);
        for (QueueName queue : List.of(QueueName.INCOMING, QueueName.DEFERRED)) {
            if (fact.isPresent() && Files.exists(directory.path(queue, fact.get().id))) {
                Path path = directory.path(queue, fact.get().id);
                var attributes = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                var candidate = new MessageLoader.Candidate(fact.get().id, path, queue, attributes,
                        MessageLoader.Past.UNKNOWN, true);
                assertThat(candidate.isComplete()).isTrue();
                fact.get().active = loader
                        .load(candidate, Samples.ROOM, Samples.settings(TransportSettings.DEFAULT).retry())
                        .map(MessageLoader.Loaded::head);
                assertThat(Files.exists(directory.path(QueueName.CORRUPT, fact.get().id))).isFalse();
                return;
            }
        }
    }

    private void markOne() throws IOException {
        Optional<Fact> fact = any(true);
        if (fact.isPresent()) {
            mark(fact.get(), fact.get().recipients.get(random.nextInt(fact.get().recipients.size())));
        }
    }

    private void mark(Fact fact, int recipient) throws IOException {
        Stamp stamp = new Stamp(syncs, true);
        fact.done.putIfAbsent(recipient, stamp);
        try (QueueFile file = QueueFile.openForUpdate(directory.path(QueueName.ACTIVE, fact.id))) {
            file.markDone(recipient);
        }
        fact.done.replace(recipient, stamp, new Stamp(syncs, false));
    }

    private void finishOne() throws IOException {
        Optional<Fact> active = any(true);
        if (active.isPresent()) {
            Fact fact = active.get();
            MessageHead head = fact.active.orElseThrow();
            if (random.nextInt(3) == 0) {
                fact.active = Optional.empty();
                finisher.finish(head, true);
            } else {
                for (int recipient : fact.recipients) {
                    mark(fact, recipient);
                }
                fact.active = Optional.empty();
                fact.state = State.LEAVING;
                assertThat(finisher.finishSimply(head, false)).isTrue();
                fact.state = State.REMOVED;
                fact.removed = new Stamp(syncs, false);
            }
        }
    }

    private void hold() throws IOException {
        Optional<Fact> fact = any(false);
        for (QueueName queue : List.of(QueueName.INCOMING, QueueName.DEFERRED, QueueName.HOLD)) {
            if (fact.isPresent() && Files.exists(directory.path(queue, fact.get().id))) {
                directory.move(fact.get().id, queue,
                        queue == QueueName.HOLD ? QueueName.DEFERRED : QueueName.HOLD);
                return;
            }
        }
    }

    private void checkpoint() throws IOException {
        wholeSyncs = files.wholeSyncs();
        for (Journal journal : journals) {
            journal.checkpoint();
        }

        if (!diskFailed) {
            noteSync();
        }
    }

    /** A checkpoint does nothing when no message came since the last one. */
    private void noteSync() {
        boolean whole = !diskFailed && files.wholeSyncs() > wholeSyncs;
        syncs += (whole || files.isClean()) ? 1 : 0;
    }

    /** Another process takes over; the old one may not get to its end. */
    private void reload() throws IOException {
        start();
        if (commits.size() > 2 || random.nextBoolean()) {
            QueueCommit old = commits.removeFirst();
            for (Open one : open) {
                if (one.commit == old) {
                    one.file.abandon();
                }
            }
            open.removeIf(one -> one.commit == old);
            if (journaled) {
                journals.removeFirst();
            }
            old.stop();
        }
    }

    /** What is left then needs no journal. */
    private void stopCleanly() throws IOException {
        files.refuseSyncs(false);
        files.full(false);
        for (Open one : open) {
            one.file.abandon();
        }
        open.clear();
        wholeSyncs = files.wholeSyncs();
        for (QueueCommit commit : commits) {
            commit.stop();
        }
        files.killProcesses();
        journals.clear();
        commits.clear();
        new JournalRecovery(directory, files.disk()).run();
        noteSync();
        assertThat(new JournalRecovery(directory, files.disk()).run().messages()).isZero();
        crash(true);
        try (var segments = Files.newDirectoryStream(directory.root().resolve(Journal.DIRECTORY))) {
            for (Path segment : segments) {
                if (!segment.endsWith("restored")) {
                    Files.delete(segment);
                }
            }
        }
        verify();
        settle();
        start();
        files.crashAfter(random.nextInt(60));
    }

    // ---- what must be true ----

    private void verify() throws IOException {
        Map<Integer, Integer> seen = new HashMap<>();
        for (QueueName queue : PLACES) {
            try (QueueScan scan = directory.scan(queue)) {
                for (var entry = scan.next(); entry.isPresent(); entry = scan.next()) {
                    found(entry.get(), queue, seen);
                }
            }
        }
        for (var each = ledger.entrySet().iterator(); each.hasNext();) {
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
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.indexOf(SERIAL);
        int end = text.indexOf('.', Math.max(at, 0));
        Fact fact = at < 0 || end < 0 ? null : ledger.get(number(text.substring(at + SERIAL.length(), end)));
        if (fact != null && !fact.id.equals(entry.id()) && lostItsName(fact)) {
            fact.id = entry.id();
        }
        boolean equal = fact != null && fact.id.equals(entry.id()) && isImage(fact, bytes);
        if (ready && equal) {
            seen.merge(number(text.substring(at + SERIAL.length(), end)), 1, Integer::sum);
        } else if (ready) {
            assertThat(isDeliverable(entry.path())).as("%s in %s is nobody's message", entry.id(), queue).isFalse();
        }
    }

    /** Who comes back, and finds that his name was given again, gets another. */
    private boolean lostItsName(Fact fact) {
        return fact.state != State.OURS
                && ledger.values().stream().anyMatch(other -> other != fact && other.id.equals(fact.id));
    }

    private static int number(String text) {
        return text.chars().allMatch(Character::isDigit) && !text.isEmpty() ? Integer.parseInt(text) : -1;
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

    /** The queue as it is becomes the ledger's; what is no message goes, as an administrator would have it, and qmgr begins anew. */
    private void settle() throws IOException {
        for (QueueName queue : PLACES) {
            try (QueueScan scan = directory.scan(queue)) {
                for (var entry = scan.next(); entry.isPresent(); entry = scan.next()) {
                    QueueId id = entry.get().id();
                    boolean ours = ledger.values().stream()
                            .anyMatch(fact -> fact.state == State.OURS && fact.id.equals(id));
                    if (!ours) {
                        Files.delete(entry.get().path());
                    } else if (queue == QueueName.ACTIVE) {
                        directory.move(entry.get().path(), id, QueueName.INCOMING);
                    }
                }
            }
        }
        for (Fact fact : ledger.values()) {
            fact.active = Optional.empty();
        }
    }
}
