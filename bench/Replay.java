import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.postrider.common.queue.Journal;
import org.postrider.common.queue.JournalCommit;
import org.postrider.common.queue.JournalRecovery;
import org.postrider.common.queue.LocalDisk;
import org.postrider.common.queue.MessageSize;
import org.postrider.common.queue.NewQueueFile;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.RecordType;

/**
 * The replay of a long journal, for bench/bulk: {@code write FOLDER NUMBER} leaves so many messages in the journal, of which every second
 * one is missing from the queue, and ends as a killed process does; {@code replay FOLDER NUMBER}, in a process that takes the machine for started
 * anew, brings them back and says how long it took.
 */
final class Replay {
    private static final int THREADS = 64;

    private Replay() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        QueueDirectory queue = new QueueDirectory(folder, Set.of(), 0);
        int number = Integer.parseInt(arguments[2]);
        if (arguments[0].equals("write")) {
            write(queue, number);
            Runtime.getRuntime().halt(0);
        }
        long begin = System.nanoTime();
        JournalRecovery.Result result = new JournalRecovery(queue, new LocalDisk()).run();
        System.out.printf("replay of %d messages: %.2f s, %d written again, %d mended%n", result.messages(),
                (System.nanoTime() - begin) / 1e9, result.restored(), result.mended());
        if (result.messages() != number) {
            throw new IllegalStateException(number + " were in the journal");
        }
    }

    private static void write(QueueDirectory queue, int number) throws Exception {
        queue.create(QueueName.INCOMING, QueueName.ACTIVE, QueueName.DEFERRED);
        Files.createDirectories(queue.root().resolve(Journal.DIRECTORY));
        Journal journal = new Journal(queue.root(), new LocalDisk(), new Journal.Sizes(1 << 24, 1000), System::nanoTime);
        JournalCommit commit = JournalCommit.of(journal);
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < THREADS; i++) {
                var _ = threads.submit(() -> {
                    for (int one = next.getAndIncrement(); one < number; one = next.getAndIncrement()) {
                        message(queue, commit, one);
                    }
                    return null;
                });
            }
        }
    }

    private static void message(QueueDirectory queue, JournalCommit commit, int number) throws IOException {
        NewQueueFile file = NewQueueFile.create(queue, QueueName.INCOMING, true, InstantSource.system(), commit::isTaken);
        file.beginWithSize();
        file.records().write(RecordType.SENDER, "from@example.com").write(RecordType.RECIPIENT, "to@example.com")
                .write(RecordType.MESSAGE);
        long data = file.records().position();
        file.records().write(RecordType.TEXT, "Subject: " + number).write(RecordType.TEXT, "").write(RecordType.TEXT, "x".repeat(1000));
        long end = file.records().position();
        file.records().write(RecordType.EXTRACTED).write(RecordType.END);
        file.patchSize(new MessageSize(end - data, data, 1, 0, end - data, 0));
        commit.commit(file);
        if (number % 2 == 0) {
            Files.delete(file.path());
        }
    }
}
