package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** An administrator works on the queue while mail comes and goes. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class LiveSteeringTest {
    private static final Pattern NUMBER = Pattern.compile("number (\\d+)!");
    private static final String END = "the last line";
    private static final int ACTS = 40;

    @TempDir
    Path folder;

    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final Set<String> deleted = new HashSet<>();
    private final AtomicInteger counter = new AtomicInteger();
    /** Mail comes as fast as the administrator works, so that there is always some and never much. */
    private final Semaphore permits = new Semaphore(60);
    private final AtomicBoolean done = new AtomicBoolean();

    /** What was accepted arrives whole, unless it was deleted; whatever else is done to it, at whatever moment. */
    @Test
    @Tag("peers")
    void nothingIsLostUnderAnAdministratorsHands() throws Exception {
        long seed = Long.getLong("postrider.seed", 20261122);
        Random random = new Random(seed);
        try (FlakyNextHop next = new FlakyNextHop(seed);
                Instance instance = new Instance(folder).set("relayhost", "[127.0.0.1]:" + next.port())
                        .set("queue_run_delay", "2s").set("minimal_backoff_time", "1s")
                        .set("maximal_backoff_time", "2s").start()) {
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                clients.add(Thread.ofVirtual().start(() -> load(instance.smtpPort())));
            }
            instance.await("mail waits", () -> instance.queued("deferred").size() > 5);
            for (int act = 0; act < ACTS; act++) {
                permits.release(25);
                act(instance, random);
            }
            done.set(true);
            for (Thread client : clients) {
                client.join();
            }
            next.takeAll();
            assertThat(postsuper(instance, "-H", "ALL").status()).isZero();
            instance.awaitEmptyQueue();
            Set<String> arrived = new HashSet<>();
            for (String message : next.taken()) {
                assertThat(message).endsWith(END + "\n");
                arrived.add(number(message).orElseThrow());
            }
            System.out.println("seed " + seed + ": " + accepted.size() + " accepted, " + deleted.size() + " deleted, "
                    + arrived.size() + " arrived, " + (next.taken().size() - arrived.size()) + " of them again");
            accepted.removeAll(deleted);
            assertThat(arrived).as("seed %s", seed).containsAll(accepted);
            assertThat(instance.queued("corrupt")).isEmpty();
            assertThat(instance.logText()).doesNotContain("panic:", "unexpected failure", "status=bounced");
        }
    }

    private void act(Instance instance, Random random) throws Exception {
        List<Path> files = new ArrayList<>(instance.queued("deferred"));
        files.addAll(instance.queued(random.nextBoolean() ? "active" : "hold"));
        String id = files.isEmpty() ? "0000A1" : files.get(random.nextInt(files.size())).getFileName().toString();
        Instance.Outcome outcome = switch (random.nextInt(12)) {
            case 0, 1 -> postsuper(instance, "-h", id);
            case 2 -> postsuper(instance, "-h", "ALL", "deferred");
            case 3 -> postsuper(instance, "-H", id);
            case 4 -> postsuper(instance, "-H", "ALL");
            case 5, 6 -> postsuper(instance, "-r", id);
            case 7 -> postsuper(instance, "-s", "-p");
            case 8 -> instance.run("", "bin/postqueue", "-f");
            case 9 -> instance.run("", "bin/postqueue", random.nextBoolean() ? "-j" : "-p");
            case 10 -> delete(instance, id);
            default -> instance.run("", "bin/postqueue", "-i", id);
        };
        assertThat(outcome.text()).doesNotContain("Exception", "panic");
    }

    private Instance.Outcome delete(Instance instance, String id) throws Exception {
        Optional<String> number = Optional.empty();
        for (String queue : List.of("deferred", "hold", "active")) {
            for (Path file : instance.queued(queue)) {
                if (file.getFileName().toString().equals(id) && number.isEmpty()) {
                    number = number(text(file));
                }
            }
        }
        Instance.Outcome outcome = postsuper(instance, "-d", id);
        if (outcome.text().contains("Deleted: 1 message")) {
            deleted.add(number.orElseThrow(() -> new AssertionError("deleted without being there: " + id)));
        }
        return outcome;
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException _) {
            return "";
        }
    }

    private static Optional<String> number(String text) {
        Matcher matcher = NUMBER.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static Instance.Outcome postsuper(Instance instance, String... arguments) throws Exception {
        return instance.run("", "bin/postsuper", arguments);
    }

    private void load(int port) {
        while (!done.get()) {
            try {
                if (!permits.tryAcquire(100, TimeUnit.MILLISECONDS)) {
                    continue;
                }
                String number = Integer.toString(counter.incrementAndGet());
                if (SmtpClient.deliver(port, "a@example.test", "b@elsewhere.test",
                        "Subject: x\n\nnumber " + number + "!\n" + "A line of text.\n".repeat(100) + END)
                        .startsWith("250")) {
                    accepted.add(number);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    /** Two messages to a host that says nothing, over a transport with one process. */
    @Test
    void whyAnActiveMessageWaits() throws Exception {
        // The silent host is closed first, and lets go of the delivery: the end of the instance would wait for it.
        try (Instance instance = new Instance(folder);
                ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            instance.set("transport_maps", "inline:{elsewhere.test=slow:[127.0.0.1]:" + silent.getLocalPort() + "}")
                    .service("slow unix - - n - 1 smtp").start();
            for (String recipient : List.of("a", "b")) {
                assertThat(SmtpClient.deliver(instance.smtpPort(), "a@example.test", recipient + "@elsewhere.test",
                        "Subject: x\n\nx")).startsWith("250");
            }
            instance.await("both are active", () -> instance.count("(queue active)") == 2);
            List<String> answers = new ArrayList<>();
            for (Path file : instance.queued("active")) {
                answers.add(instance.run("", "bin/postqueue", "--why", file.getFileName().toString()).text());
            }
            assertThat(answers).hasSize(2);
            String both = String.join("", answers);
            assertThat(both).contains(
                    "waits for: the end of a delivery over slow to [127.0.0.1]:" + silent.getLocalPort(),
                    "waits for: a delivery over slow that ends: its maxproc column in master.cf allows 1 at a time");
            assertThat(instance.run("", "bin/postqueue", "-j").text()).contains("\"held_by\": \"a delivery over slow");
        }
    }
}
