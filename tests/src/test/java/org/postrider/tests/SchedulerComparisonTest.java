package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same mail through Debian's Postfix and through us: windows, pauses between deliveries, and what waits. */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class SchedulerComparisonTest {
    private static final int GROWING = 40;
    private static final int PACED = 4;
    private static final int PAUSE = 3;
    /** What a busy machine may take from what is seen, in seconds. */
    private static final double SLACK = 0.9;
    private static final int DEAD = 40;
    private static final int BULK = 60;
    private static final int SMALL = 8;
    /** Window, failure and failed cohorts after each failure in a row, with 1/concurrency. */
    private static final List<String> FAILURES = List.of("4 success 0 failure 0.8 fail_cohorts 0.2",
            "4 success 0 failure 0.55 fail_cohorts 0.45", "4 success 0 failure 0.3 fail_cohorts 0.7",
            "3 success 0 failure 1.05 fail_cohorts 0.95", "3 success 0 failure 0.716667 fail_cohorts 1.28333",
            "3 success 0 failure 0.383333 fail_cohorts 1.61667", "2 success 0 failure 1.05 fail_cohorts 1.95",
            "2 success 0 failure 0.55 fail_cohorts 2.45", "1 success 0 failure 1.05 fail_cohorts 2.95",
            "0 success 0 failure 1.05 fail_cohorts 3.95");

    @TempDir
    Path folder;

    @BeforeAll
    static void needs() throws IOException {
        RealPostfix.needs(SchedulerComparisonTest.class);
        Prerequisites.programs(SchedulerComparisonTest.class, "smtp-sink", "smtp-source");
    }

    private interface LogText {
        String read() throws IOException;
    }

    /** What a log says of the same load. */
    private record Seen(List<String> failing, List<Integer> growing, long suspended, long later,
            List<String> clogged) {}

    private static Map<String, String> settings(int host, int nobody) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("relayhost", "[127.0.0.1]:" + nobody);
        settings.put("transport_maps", "inline:{grow.test=smtp:[127.0.0.1]:" + host + ",dead.test=smtp:[127.0.0.1]:"
                + nobody + ",later.test=lmtp:[127.0.0.1]:" + nobody + "}");
        settings.put("destination_concurrency_feedback_debug", "yes");
        settings.put("smtp_destination_concurrency_positive_feedback", "1/concurrency");
        settings.put("smtp_destination_concurrency_negative_feedback", "1/concurrency");
        settings.put("smtp_destination_concurrency_failed_cohort_limit", "3");
        settings.put("defer_transports", "lmtp");
        settings.put("qmgr_message_active_limit", "100");
        settings.put("in_flow_delay", "0");
        settings.put("smtp_connection_cache_on_demand", "no");
        return settings;
    }

    private static void send(int port, String recipient, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            assertThat(SmtpClient.deliver(port, "a@example.test", recipient, "Subject: x\n\ny")).startsWith("250");
        }
    }

    /** Fast enough that a destination is not forgotten between two messages. */
    private static void sendTogether(int port, String recipient, int count) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("smtp-source", "-s", "5", "-m", Integer.toString(count), "-t", recipient,
                "127.0.0.1:" + port).inheritIO().start().waitFor()).isZero();
    }

    private static Seen load(Instance waiting, int port, int host, int nobody, LogText log)
            throws IOException, InterruptedException {
        sendTogether(port, "u@dead.test", DEAD);
        waiting.await("all deferred", () -> count(log, "to=<u@dead\\.test>.*status=deferred") == DEAD);
        send(port, "u@later.test", 2);
        sendTogether(port, "u@grow.test", GROWING);
        waiting.await("all sent", () -> count(log, "to=<u@grow\\.test>.*status=sent") == GROWING);
        return new Seen(
                find(log, "qmgr_queue_throttle: queue \\[127\\.0\\.0\\.1\\]:" + nobody + ": limit 20 window (.*)"),
                find(log, "qmgr_queue_unthrottle: queue \\[127\\.0\\.0\\.1\\]:" + host + ": limit 20 window (\\d+)")
                        .stream().map(Integer::valueOf).distinct()
                        .toList(),
                count(log, "to=<u@dead\\.test>.*delivery temporarily suspended: connect to"),
                count(log, "to=<u@later\\.test>.*dsn=4\\.3\\.2, status=deferred \\(deferred transport\\)"),
                find(log, "(to turn off these warnings specify: .*)").stream().distinct().toList());
    }

    private static long count(LogText log, String pattern) throws IOException {
        return find(log, "(" + pattern + ")").size();
    }

    private static List<String> find(LogText log, String pattern) throws IOException {
        List<String> found = new ArrayList<>();
        Matcher matcher = Pattern.compile(pattern).matcher(log.read());
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void windowsAreThoseOfPostfix() throws Exception {
        int host = Ports.free();
        int nobody = Ports.free();
        Process sink = new ProcessBuilder("smtp-sink", "-u", "nobody", "-w", "1", "127.0.0.1:" + host, "1000")
                .redirectErrorStream(true).redirectOutput(folder.resolve("sink.log").toFile()).start();
        try (Instance instance = Instance.asRoot(folder);
                RealPostfix real = new RealPostfix(folder.resolve("real"), folder.resolve("real/spool"))) {
            settings(host, nobody).forEach(instance::set);
            settings(host, nobody).forEach(real::set);
            real.start();
            Seen theirs = load(instance, real.smtpPort(), host, nobody, real::logText);
            real.stop();
            instance.start();
            Seen ours = load(instance, instance.smtpPort(), host, nobody, instance::logText);

            for (Seen seen : List.of(theirs, ours)) {
                assertThat(seen.failing()).isSubsetOf(FAILURES).startsWith(FAILURES.getFirst())
                        .contains(FAILURES.getLast());
                assertThat(seen.suspended()).isPositive();
            }
            assertThat(ours.later()).isEqualTo(theirs.later()).isEqualTo(2);
            assertThat(ours.clogged()).isEqualTo(theirs.clogged()).isNotEmpty();
            assertThat(ours.growing()).isSorted().startsWith(5, 6, 7);
            assertThat((double) ours.growing().getLast()).isCloseTo(theirs.growing().getLast(), within(2.0));
        } finally {
            sink.destroy();
        }
    }

    /**
     * Seconds that a log can't tell well enough.
     *
     * @param afterLong from the end of a delivery that took longer than the pause to the begin of the next one to its destination
     * @param quick from the first to the last of deliveries to one destination
     * @param transport from the second, as the first has an agent started, to the last of a transport's to two destinations
     */
    private record Pauses(double afterLong, double quick, double transport) {}

    private static Pauses pauses(Instance waiting, int port, FlakyNextHop slow, FlakyNextHop quick, FlakyNextHop paced)
            throws IOException {
        slow.hold();
        send(port, "u@slow.test", 2);
        send(port, "u@quick.test", PACED);
        for (int i = 0; i < PACED; i++) {
            send(port, i % 2 == 0 ? "u@a.pace.test" : "u@b.pace.test", 1);
        }
        waiting.await("all are there", () -> quick.taken().size() == PACED && paced.taken().size() == PACED
                && slow.taken().size() == 1);
        long end = System.nanoTime();
        slow.release();
        waiting.await("the second begins", () -> slow.taken().size() == 2);
        return new Pauses((slow.takenAt(1) - end) / 1e9, (quick.takenAt(PACED - 1) - quick.takenAt(0)) / 1e9,
                (paced.takenAt(PACED - 1) - paced.takenAt(1)) / 1e9);
    }

    /** Counted from the end of a delivery. Postfix's clock has whole seconds, so that its first pause may be a second short. */
    @Test
    void pausesAreThoseOfPostfix() throws Exception {
        List<Pauses> seen = new ArrayList<>();
        try (Instance instance = Instance.asRoot(folder);
                RealPostfix real = new RealPostfix(folder.resolve("real"), folder.resolve("real/spool"))) {
            for (int system = 0; system < 2; system++) {
                try (FlakyNextHop slow = new FlakyNextHop(1);
                        FlakyNextHop quick = new FlakyNextHop(1);
                        FlakyNextHop paced = new FlakyNextHop(1)) {
                    List.of(slow, quick, paced).forEach(FlakyNextHop::takeAll);
                    Map<String, String> settings = Map.of("transport_maps", "inline:{slow.test=relay:[127.0.0.1]:"
                            + slow.port() + ",quick.test=relay:[127.0.0.1]:" + quick.port()
                            + ",a.pace.test=smtp:[127.0.0.1]:" + paced.port() + ",b.pace.test=smtp:[127.0.0.1]:"
                            + paced.port() + "}", "relay_destination_rate_delay", PAUSE + "s",
                            "smtp_transport_rate_delay", PAUSE + "s", "in_flow_delay", "0",
                            "relay_connection_cache_on_demand", "no", "smtp_connection_cache_on_demand", "no");
                    if (system == 0) {
                        settings.forEach(real::set);
                        real.start();
                        seen.add(pauses(instance, real.smtpPort(), slow, quick, paced));
                        real.stop();
                    } else {
                        settings.forEach(instance::set);
                        instance.start();
                        seen.add(pauses(instance, instance.smtpPort(), slow, quick, paced));
                    }
                }
            }
        }
        System.out.println("Postfix " + seen.getFirst() + "\nwe      " + seen.getLast());
        for (int system = 0; system < 2; system++) {
            double unit = 1 - system + SLACK;
            assertThat(seen.get(system).afterLong()).isGreaterThan(PAUSE - unit);
            assertThat(seen.get(system).quick()).isGreaterThan((PACED - 1) * PAUSE - unit);
            assertThat(seen.get(system).transport()).isGreaterThan((PACED - 2) * PAUSE - unit);
        }
    }

    /** A message to many, then small ones, all of which find one place; in which order the deliveries come. */
    private static String order(Instance waiting, int port, FlakyNextHop next, LogText log)
            throws IOException, InterruptedException {
        next.hold();
        try (SmtpClient client = new SmtpClient(port)) {
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("250", client.command("EHLO client.example.test"));
            SmtpClient.expect("250", client.command("MAIL FROM:<a@example.test>"));
            for (int i = 0; i < 2 * BULK; i++) {
                SmtpClient.expect("250", client.command("RCPT TO:<u" + i + "@bulk.test>"));
            }
            SmtpClient.expect("354", client.command("DATA"));
            SmtpClient.expect("250", client.command("Subject: bulk\r\n\r\nx\r\n."));
        }
        waiting.await("the first of them is under way", () -> next.taken().size() == 1);
        for (int i = 0; i < SMALL; i++) {
            assertThat(SmtpClient.deliver(port, "a@example.test", "u@bulk.test", "Subject: small\n\nx"))
                    .startsWith("250");
        }
        waiting.await("all are active", () -> count(log, "\\(queue active\\)") == 1 + SMALL);
        next.release();
        waiting.await("all are delivered", () -> next.taken().size() == BULK + SMALL);
        return next.taken().stream().map(message -> message.contains("Subject: small") ? "s" : "B")
                .collect(Collectors.joining());
    }

    /** With oqmgr they wait: the old queue manager knows no overtaking. */
    @ParameterizedTest
    @ValueSource(strings = {"qmgr", "oqmgr"})
    void smallMessagesOvertakeWhereTheyDoInPostfix(String program) throws Exception {
        UnaryOperator<String> manager = text -> text.replaceFirst("(?m)^(qmgr\\s.*\\s)qmgr$", "$1" + program);
        try (FlakyNextHop before = new FlakyNextHop(1);
                FlakyNextHop after = new FlakyNextHop(1);
                Instance instance = Instance.asRoot(folder);
                RealPostfix real = new RealPostfix(folder.resolve("real"), folder.resolve("real/spool"))) {
            real.masterCf(manager);
            instance.masterCf(manager);
            before.takeAll();
            after.takeAll();
            for (Map.Entry<String, String> setting : Map.of("relay_destination_recipient_limit", "2",
                    "relay_destination_concurrency_limit", "1", "relay_initial_destination_concurrency", "1",
                    "relay_connection_cache_on_demand", "no", "in_flow_delay", "0").entrySet()) {
                real.set(setting.getKey(), setting.getValue());
                instance.set(setting.getKey(), setting.getValue());
            }
            real.set("transport_maps", "inline:{bulk.test=relay:[127.0.0.1]:" + before.port() + "}").start();
            String theirs = order(instance, real.smtpPort(), before, real::logText);
            real.stop();
            instance.set("transport_maps", "inline:{bulk.test=relay:[127.0.0.1]:" + after.port() + "}").start();
            String ours = order(instance, instance.smtpPort(), after, instance::logText);
            System.out.println("Postfix " + theirs + "\nwe      " + ours);
            assertThat(ours.lastIndexOf('s')).as("%s beside %s", ours, theirs)
                    .isCloseTo(theirs.lastIndexOf('s'), within(5));
            assertThat(ours.endsWith("s")).as("%s beside %s", ours, theirs).isEqualTo(program.equals("oqmgr"));
            assertThat(instance.logText()).contains("postfix/" + program + "[");
            assertThat(ours.indexOf('s')).as("%s beside %s", ours, theirs).isCloseTo(theirs.indexOf('s'), within(5));
        }
    }
}
