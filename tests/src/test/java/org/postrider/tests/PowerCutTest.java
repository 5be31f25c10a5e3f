package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The queue on a real ext4 whose disk stops taking anything at a random moment under load (the ioctl FS_IOC_SHUTDOWN, without a flush of
 * its log): what was not synced is gone. Then all processes are killed, the file system is mounted again, which replays its own log, and
 * the suite is started on it. Every message that got its 250 arrives, whole. Unlike at a real cut the processes live on for a
 * moment, as after an error of the disk, and ext4 tells some of those who wait in fsync(2) that all is well: also what they say then counts.
 */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class PowerCutTest {
    private static final int CUTS = 6;
    private static final int CLIENTS = 4;
    private static final int MOST_BETWEEN_CUTS = 500;
    private static final String USER = "daemon";
    private static final String END = "the last line";
    private static final Pattern NUMBER = Pattern.compile("(?m)^Subject: number (\\S+)$");
    /** Writes a file that nobody syncs, and turns the disk off. */
    private static final String CUT = """
            import fcntl, os, struct, sys
            top = os.open(sys.argv[1], os.O_RDONLY)
            os.write(os.open(sys.argv[1] + '/unsynced', os.O_CREAT | os.O_WRONLY), b'x' * 100)
            fcntl.ioctl(top, 0x8004587d, struct.pack('I', 2))
            """;
    /** Says that everything is on the disk. */
    private static final String LIAR = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <errno.h>
            #include <stdarg.h>
            #include <sys/syscall.h>
            int fsync(int file) { return 0; }
            int fdatasync(int file) { return 0; }
            int syncfs(int file) { return 0; }
            /* Without io_submit files are synced by fsync. */
            long syscall(long number, ...) {
                if (number == SYS_io_setup) { errno = ENOSYS; return -1; }
                long (*real)(long, ...) = (long (*)(long, ...)) dlsym(RTLD_NEXT, "syscall");
                long values[6];
                va_list more;
                va_start(more, number);
                for (int i = 0; i < 6; i++) { values[i] = va_arg(more, long); }
                va_end(more);
                return real(number, values[0], values[1], values[2], values[3], values[4], values[5]);
            }
            """;

    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final AtomicInteger counter = new AtomicInteger();
    private final Random random = new Random(Long.getLong("postrider.seed", 20261122));
    private int unsyncedLost;

    @TempDir
    Path folder;

    @BeforeEach
    void needs() throws Exception {
        Prerequisites.rootMode(PowerCutTest.class);
        Prerequisites.programs(PowerCutTest.class, "mkfs.ext4", "losetup", "python3");
        Files.write(image(), new byte[0]);
        run("truncate", "-s", "512M", image().toString());
        run("mkfs.ext4", "-q", "-F", image().toString());
        boolean mounts = new ProcessBuilder("unshare", "--mount", "mount", "-o", "loop", image().toString(), "/mnt")
                .inheritIO().start().waitFor() == 0;
        if (!mounts) {
            System.out.println("SKIPPED: PowerCutTest needs loop devices: NO POWER WAS CUT");
        }
        assumeTrue(mounts, "needs loop devices");
    }

    private Path image() {
        return folder.resolve("disk");
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).as("%s", List.of(command)).isZero();
    }

    private Instance instance(String commit) throws IOException {
        return Instance.asRoot(folder).set("queue_commit", commit).set("mydestination", "localhost, later.test")
                .set("minimal_backoff_time", "3s").set("maximal_backoff_time", "6s").set("queue_run_delay", "3s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fsync", "journal"})
    void whatWasAcceptedArrives(String commit) throws Exception {
        try (Instance instance = instance(commit)) {
            Set<String> arrived = arrivedAfterCuts(instance);
            System.out.println(commit + ": " + CUTS + " power cuts, " + accepted.size() + " accepted, " + arrived.size()
                    + " arrived, " + (instance.messages(instance.maildir(USER)).size() - arrived.size())
                    + " of them twice or more; " + instance.count(" looked for, ") + " replays");
            assertThat(unsyncedLost).as("cuts that took what was not synced").isPositive();
            assertThat(arrived).containsAll(accepted);
        }
    }

    /** With a C library that only pretends, mail is lost: so the test above can fail. */
    @Test
    void withoutSyncsMailIsLost() throws Exception {
        Prerequisites.programs(PowerCutTest.class, "cc");
        Path source = Files.writeString(folder.resolve("liar.c"), LIAR);
        Path library = folder.resolve("liar.so");
        run("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString());
        try (Instance instance = instance("journal")) {
            instance.set("import_environment", "MAIL_CONFIG LD_PRELOAD=" + library);
            Set<String> arrived = arrivedAfterCuts(instance);
            System.out.println("without syncs: " + accepted.size() + " accepted, " + arrived.size() + " arrived");
            assertThat(arrived.containsAll(accepted)).isFalse();
        }
    }

    /** The numbers of the messages that are in the mailbox in the end. */
    private Set<String> arrivedAfterCuts(Instance instance) throws Exception {
        for (int cut = 0; cut < CUTS; cut++) {
            // Half of the mail waits in deferred meanwhile.
            start(instance.set("transport_maps", "inline:{{later.test=retry:4.0.0 later}}"));
            AtomicBoolean done = new AtomicBoolean();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Thread.ofVirtual().start(() -> load(instance.smtpPort(), done)));
            }
            int until = accepted.size() + random.nextInt(1, MOST_BETWEEN_CUTS);
            instance.await("mail is accepted", () -> accepted.size() >= until);
            run("python3", "-c", CUT, instance.queueSeenByMaster().toString());
            done.set(true);
            instance.killMaster();
            for (Thread client : clients) {
                client.join();
            }
        }
        start(instance.set("transport_maps", ""));
        instance.await("the queue is empty", () -> isEmpty(instance.queueSeenByMaster()));
        return arrived(instance);
    }

    private void start(Instance instance) throws Exception {
        instance.await("the disk is free", () -> Instance
                .outcome(new ProcessBuilder("losetup", "-j", image().toString()), "").text().isEmpty());
        instance.startMounted("mount -o loop " + image() + " " + instance.queue() + " && rm -rf "
                + instance.queue().resolve("lost+found"));
        Path unsynced = instance.queueSeenByMaster().resolve("unsynced");
        try {
            unsyncedLost += Files.size(unsynced) == 0 ? 1 : 0;
            Files.delete(unsynced);
        } catch (NoSuchFileException _) {
            unsyncedLost += accepted.isEmpty() ? 0 : 1;
        }
    }

    private void load(int port, AtomicBoolean done) {
        while (!done.get()) {
            try (SmtpClient client = new SmtpClient(port)) {
                SmtpClient.expect("220", client.reply());
                SmtpClient.expect("250", client.command("EHLO client.example.test"));
                while (!done.get()) {
                    send(client, counter.incrementAndGet());
                }
            } catch (IOException _) {
                // Broken off when the power was cut: not accepted.
                Thread.onSpinWait();
            }
        }
    }

    private void send(SmtpClient client, int number) throws IOException {
        String reply = client.deliver("a@example.test", USER + (number % 2 == 0 ? "@localhost" : "@later.test"),
                "Subject: number " + number + "\n\n" + "A line of text.\n".repeat(lines(number)) + END);
        if (reply.startsWith("250")) {
            accepted.add(Integer.toString(number));
        }
    }

    /** Mostly small; some are too large for the journal. */
    private static int lines(int number) {
        return number % 20 == 0 ? 10_000 : number % 300;
    }

    private static boolean isEmpty(Path queue) throws IOException {
        for (String name : List.of("maildrop", "incoming", "active", "deferred")) {
            try (Stream<Path> files = Files.walk(queue.resolve(name))) {
                if (files.anyMatch(file -> Files.isRegularFile(file) && Files.isExecutable(file))) {
                    return false;
                }
            } catch (UncheckedIOException _) {
                return false;
            }
        }
        return true;
    }

    private static Set<String> arrived(Instance instance) throws IOException {
        Set<String> numbers = new HashSet<>();
        for (Path message : instance.messages(instance.maildir(USER))) {
            String text = Files.readString(message, StandardCharsets.ISO_8859_1);
            Matcher matcher = NUMBER.matcher(text);
            assertThat(matcher.find()).as("header of %s", message).isTrue();
            assertThat(text).as("end of %s", message).endsWith(END + "\n");
            numbers.add(matcher.group(1));
        }
        return numbers;
    }
}
