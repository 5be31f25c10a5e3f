package org.postrider.common.queue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A queue with journals on the file system of the machine that runs the test; a crash is what the test takes away from the queue. */
abstract class JournalFixture {
    static final InstantSource CLOCK = () -> Instant.now();
    static final Journal.Sizes SMALL = new Journal.Sizes(1 << 16, 2);

    @TempDir
    Path root;

    QueueDirectory queue;

    @BeforeEach
    void makeQueue() throws IOException {
        queue = new QueueDirectory(root, Set.of(), 0);
        queue.create(QueueName.INCOMING, QueueName.ACTIVE);
        Files.createDirectory(root.resolve(Journal.DIRECTORY));
    }

    Journal journal(Journal.Sizes sizes) throws IOException {
        return new Journal(root, new LocalDisk(), sizes, System::nanoTime);
    }

    NewQueueFile message(String text, int lines) throws IOException {
        NewQueueFile file = NewQueueFile.create(queue, QueueName.INCOMING, true, CLOCK, _ -> false);
        file.beginWithSize();
        file.records().write(RecordType.RECIPIENT, "to@example.com").write(RecordType.MESSAGE);
        long data = file.records().position();
        for (int i = 0; i < lines; i++) {
            file.records().write(RecordType.TEXT, text);
        }
        long end = file.records().position();
        file.records().write(RecordType.EXTRACTED).write(RecordType.END);
        file.patchSize(new MessageSize(end - data, data, 1, 0, end - data, 0));
        return file;
    }

    Path commit(QueueCommit commit, String text, int lines) throws IOException {
        NewQueueFile file = message(text, lines);
        commit.commit(file);
        return file.path();
    }

    /** Another life of the file system. */
    static Disk afterCrash() {
        return afterCrash(new LocalDisk());
    }

    static Disk afterCrash(Disk local) {
        return new Disk() {
            @Override
            public Mounted mounted(Path directory) throws IOException {
                Mounted mounted = local.mounted(directory);
                return new Mounted() {
                    @Override
                    public void sync() throws IOException {
                        mounted.sync();
                    }

                    @Override
                    public String incarnation() {
                        return "the next";
                    }

                    @Override
                    public void close() throws IOException {
                        mounted.close();
                    }
                };
            }

            @Override
            public Optional<Closeable> lock(Path file) throws IOException {
                return local.lock(file);
            }
        };
    }

    /** The process is killed: its locks are gone, its segments are not emptied. */
    List<Path> copyOfSegments() throws IOException {
        List<Path> copies = new ArrayList<>();
        for (Path segment : segments()) {
            Path copy = segment.resolveSibling("copy" + segment.getFileName());
            Files.copy(segment, copy);
            copies.add(copy);
        }
        return copies;
    }

    List<Path> segments() throws IOException {
        try (var files = Files.list(root.resolve(Journal.DIRECTORY))) {
            return files.filter(file -> file.getFileName().toString().length() == 4).sorted().toList();
        }
    }

    void killed(Journal journal) throws IOException {
        List<Path> copies = copyOfSegments();
        journal.stop();
        for (Path segment : segments()) {
            Files.delete(segment);
        }
        for (Path copy : copies) {
            Files.move(copy, copy.resolveSibling(copy.getFileName().toString().substring(4)));
        }
    }

    String incarnation(Map<String, String> environment) throws IOException {
        try (Disk.Mounted mounted = new LocalDisk(environment).mounted(root)) {
            return mounted.incarnation();
        }
    }

    List<Path> messages() throws IOException {
        List<Path> found = new ArrayList<>();
        for (QueueName name : List.of(QueueName.INCOMING, QueueName.ACTIVE)) {
            try (var files = Files.list(queue.top(name))) {
                files.forEach(found::add);
            }
        }
        return found;
    }
}
