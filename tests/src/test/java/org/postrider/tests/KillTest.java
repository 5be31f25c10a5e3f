package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Daemons of every kind, and master, are killed at random moments under load: every message that got its 250, or for which sendmail
 * ended with 0, arrives whole, in a mailbox here, at another host, or in a letter to its sender.
 */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class KillTest {
    private static final Pattern NUMBER = Pattern.compile("(?m)^Subject: number (\\S+)$");
    private static final int KILLS = 20;
    private static final int CLIENTS = 4;
    private static final String END = "the last line";
    private static final String USER = System.getProperty("user.name");
    private static final List<String> DOMAINS = List.of("localhost", "far.test", "localhost", "fails.test");

    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicInteger counter = new AtomicInteger();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"fsync", "journal"})
    void nothingThatWasAcceptedIsLostOrTruncated(String commit) throws Exception {
        long seed = Long.getLong("postrider.seed", 20261121);
        Random random = new Random(seed);
        try (Instance far = new Instance(Files.createDirectory(folder.resolve("far"))).set("mydestination", "far.test")
                .start();
                Instance instance = new Instance(Files.createDirectory(folder.resolve("near")))
                        .set("queue_commit", commit)
                        .set("transport_maps", "inline:{{far.test=smtp:[127.0.0.1]:" + far.smtpPort()
                                + "}, {fails.test=error:5.1.1 nobody}}")
                        .set("minimal_backoff_time", "2s").set("maximal_backoff_time", "4s")
                        .set("queue_run_delay", "2s")
                        .set("transport_retry_time", "1s").set("service_throttle_time", "1s").start()) {
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Thread.ofVirtual().start(() -> load(number -> bySmtp(instance, number))));
            }
            clients.add(Thread.ofVirtual().start(() -> load(number -> bySendmail(instance, number))));
            Map<String, Integer> killed = new TreeMap<>();
            for (int i = 0; i < KILLS; i++) {
                int before = accepted.size();
                instance.await("mail is accepted", () -> accepted.size() > before + random.nextInt(1, 40));
                killed.merge(kill(instance, random), 1, Integer::sum);
            }
            done.set(true);
            for (Thread client : clients) {
                client.join();
            }
            instance.awaitEmptyQueue();
            far.awaitEmptyQueue();
            List<String> arrived = new ArrayList<>(arrived(instance));
            arrived.addAll(arrived(far));
            Set<String> numbers = Set.copyOf(arrived);
            System.out.println(commit + ", seed " + seed + ": killed " + killed + ", " + accepted.size() + " accepted, "
                    + numbers.size() + " arrived, " + (arrived.size() - numbers.size()) + " of them twice or more");
            assertThat(killed).hasSizeGreaterThan(4);
            assertThat(numbers).containsAll(accepted);
        }
    }

    /** A name that cleanup told it a moment ago is lost with it. */
    @Test
    void aQueueManagerThatWasKilledComesBackThoughNoMailComes() throws Exception {
        try (Instance instance = new Instance(folder).start()) {
            assertThat(SmtpClient.deliver(instance.smtpPort(), "a@example.test",
                    USER + "@localhost", "Subject: one\n\n" + END)).startsWith("250");
            instance.awaitEmptyQueue();
            List<ProcessHandle> killed = instance.daemons("qmgr");
            killed.forEach(ProcessHandle::destroyForcibly);
            instance.await("qmgr is back", () -> instance.daemons("qmgr").stream()
                    .anyMatch(daemon -> daemon.isAlive() && !killed.contains(daemon)));
        }
    }

    /** One of the programs that run at this moment, in all its processes; its name. */
    private static String kill(Instance instance, Random random) throws IOException {
        List<ProcessHandle> all = instance.master().descendants().toList();
        TreeSet<String> programs = new TreeSet<>(Set.of("master"));
        all.forEach(process -> programs.add(program(process)));
        String victim = List.copyOf(programs).get(random.nextInt(programs.size()));
        if (victim.equals("master")) {
            instance.killMaster();
            instance.startAgain();
        }
        all.stream().filter(process -> program(process).equals(victim)).forEach(ProcessHandle::destroyForcibly);
        return victim;
    }

    private static String program(ProcessHandle process) {
        String command = process.info().command().orElse("");
        return command.substring(command.lastIndexOf('/') + 1);
    }

    /** Hands over a message with this number. */
    private interface Submission {
        boolean accepted(String number) throws IOException, InterruptedException;
    }

    private void load(Submission submission) {
        while (!done.get()) {
            String number = Integer.toString(counter.incrementAndGet());
            try {
                if (submission.accepted(number)) {
                    accepted.add(number);
                }
            } catch (IOException _) {
                // Killed, refused while master was down, or broken off: not accepted.
                Thread.onSpinWait();
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private static String message(String number) {
        return "Subject: number " + number + "\n\n" + "A line of text.\n".repeat(200) + END;
    }

    /** To a mailbox here, to the other host, or to where mail comes back from, in turns. */
    private static String recipient(String number) {
        return USER + "@" + DOMAINS.get(Integer.parseInt(number) % DOMAINS.size());
    }

    private static boolean bySmtp(Instance instance, String number) throws IOException {
        return SmtpClient.deliver(instance.smtpPort(), USER + "@localhost", recipient(number), message(number))
                .startsWith("250");
    }

    private static boolean bySendmail(Instance instance, String number) throws IOException, InterruptedException {
        return instance.run(message(number) + "\n", "bin/sendmail", "-i", "-f", USER + "@localhost", recipient(number))
                .status() == 0;
    }

    private static List<String> arrived(Instance instance) throws IOException {
        List<String> numbers = new ArrayList<>();
        for (Path message : instance.messages(instance.maildir(USER))) {
            String text = Files.readString(message, StandardCharsets.ISO_8859_1);
            Matcher matcher = NUMBER.matcher(text);
            assertThat(matcher.find()).as("header of %s", message).isTrue();
            if (text.contains("\nContent-Type: multipart/report;")) {
                assertThat(text).as("letter %s", message).contains("\n" + END + "\n").endsWith("--\n");
            } else {
                assertThat(text).as("end of %s", message).endsWith("\n" + END + "\n");
            }
            numbers.add(matcher.group(1));
        }
        return numbers;
    }
}
