package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
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

/** Daemons, and master, are killed at random moments under load: every message that got its 250 arrives, whole. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class KillTest {
    private static final List<String> VICTIMS = List.of("smtpd", "cleanup", "trivial-rewrite", "qmgr", "local",
            "master");
    private static final Pattern NUMBER = Pattern.compile("(?m)^Subject: number (\\S+)$");
    private static final int KILLS = 14;
    private static final int CLIENTS = 4;
    private static final String END = "the last line";

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
        try (Instance instance = new Instance(folder).set("queue_commit", commit)
                .set("minimal_backoff_time", "2s")
                .set("maximal_backoff_time", "4s")
                .set("queue_run_delay", "2s").set("transport_retry_time", "1s").set("service_throttle_time", "1s")
                .start()) {
            List<Thread> clients = new java.util.ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Thread.ofVirtual().start(() -> load(instance.smtpPort())));
            }
            int killed = 0;
            for (int i = 0; i < KILLS; i++) {
                int before = accepted.size();
                instance.await("mail is accepted", () -> accepted.size() > before + random.nextInt(1, 40));
                killed += kill(instance, VICTIMS.get(random.nextInt(VICTIMS.size()))) ? 1 : 0;
            }
            done.set(true);
            for (Thread client : clients) {
                client.join();
            }
            instance.awaitEmptyQueue();
            Set<String> arrived = arrived(instance);
            System.out.println(commit + ", seed " + seed + ": " + killed + " kills, " + accepted.size() + " accepted, "
                    + arrived.size() + " arrived, "
                    + (instance.messages(instance.maildir(System.getProperty("user.name"))).size() - arrived.size())
                    + " of them twice or more");
            assertThat(killed).isPositive();
            assertThat(arrived).containsAll(accepted);
        }
    }

    /** A name that cleanup told it a moment ago is lost with it. */
    @Test
    void aQueueManagerThatWasKilledComesBackThoughNoMailComes() throws Exception {
        try (Instance instance = new Instance(folder).start()) {
            assertThat(SmtpClient.deliver(instance.smtpPort(), "a@example.test",
                    System.getProperty("user.name") + "@localhost", "Subject: one\n\n" + END)).startsWith("250");
            instance.awaitEmptyQueue();
            List<ProcessHandle> killed = instance.daemons("qmgr");
            killed.forEach(ProcessHandle::destroyForcibly);
            instance.await("qmgr is back", () -> instance.daemons("qmgr").stream()
                    .anyMatch(daemon -> daemon.isAlive() && !killed.contains(daemon)));
        }
    }

    private boolean kill(Instance instance, String victim) throws IOException {
        if (victim.equals("master")) {
            instance.killMaster();
            instance.startAgain();
            return true;
        }
        List<ProcessHandle> daemons = instance.daemons(victim);
        daemons.forEach(ProcessHandle::destroyForcibly);
        return !daemons.isEmpty();
    }

    private void load(int port) {
        while (!done.get()) {
            String number = Integer.toString(counter.incrementAndGet());
            try {
                String reply = SmtpClient.deliver(port, "a@example.test",
                        System.getProperty("user.name") + "@localhost",
                        "Subject: number " + number + "\n\n" + "A line of text.\n".repeat(200) + END);
                if (reply.startsWith("250")) {
                    accepted.add(number);
                }
            } catch (IOException _) {
                // Killed, refused while master was down, or broken off: not accepted.
                Thread.onSpinWait();
            }
        }
    }

    private static Set<String> arrived(Instance instance) throws IOException {
        Set<String> numbers = new HashSet<>();
        for (Path message : instance.messages(instance.maildir(System.getProperty("user.name")))) {
            String text = Files.readString(message, StandardCharsets.ISO_8859_1);
            Matcher matcher = NUMBER.matcher(text);
            assertThat(matcher.find()).as("header of %s", message).isTrue();
            assertThat(text).as("end of %s", message).endsWith(END + "\n");
            numbers.add(matcher.group(1));
        }
        return numbers;
    }
}
