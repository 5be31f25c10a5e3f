package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * A system is stopped in full work, with mail in incoming, active, deferred and hold and logs in bounce and defer; the other one goes
 * on with the same directory, and every recipient gets his message once, or its sender a letter.
 */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class SpoolOfThousandsTest {
    private static final int EACH = 1000;
    private static final int HALF_DONE = 20;
    private static final Pattern SENT = Pattern.compile(" to=<([a-z]+\\d+@\\w+\\.test)>,.* status=sent ");

    @TempDir
    Path folder;

    @BeforeAll
    static void needs() throws IOException {
        RealPostfix.needs(SpoolOfThousandsTest.class);
    }

    /** Hangs up on nobody and says nothing, so that deliveries to it stay under way. */
    private static ServerSocket silence() throws IOException {
        return new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    }

    private static String transports(String slow, String others) {
        return "inline:{ {fails.test = error:5.1.1 nobody here} {slow.test = " + slow + "} {x.test = " + others + "} }";
    }

    /** How many lines of a log have this text. */
    private interface Counting {
        long lines(String text) throws IOException;
    }

    private interface Setter {
        void set(String name, String value);
    }

    private static void settings(Setter setter) {
        setter.set("mydestination", "y.test");
        setter.set("luser_relay", "daemon@y.test");
        setter.set("local_recipient_maps", "");
        setter.set("in_flow_delay", "0");
        setter.set("smtpd_reject_unlisted_recipient", "no");
        setter.set("smtpd_recipient_restrictions", "check_recipient_access inline:{held.test=HOLD, x.test=OK}");
    }

    private static void fill(int port, String user, String domain, int count) throws IOException {
        try (SmtpClient client = new SmtpClient(port)) {
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("250", client.command("EHLO client.example.test"));
            for (int i = 0; i < count; i++) {
                SmtpClient.expect("250",
                        client.deliver("a@y.test", user + i + '@' + domain, "Subject: x\n\nbody " + i));
            }
            SmtpClient.expect("221", client.command("QUIT"));
        }
    }

    private static void fillHalfDone(int port) throws IOException {
        try (SmtpClient client = new SmtpClient(port)) {
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("250", client.command("EHLO client.example.test"));
            for (int i = 0; i < HALF_DONE; i++) {
                SmtpClient.expect("250", client.command("MAIL FROM:<a@y.test>"));
                SmtpClient.expect("250", client.command("RCPT TO:<f" + i + "@fails.test>"));
                SmtpClient.expect("250", client.command("RCPT TO:<slow" + i + "@slow.test>"));
                SmtpClient.expect("354", client.command("DATA"));
                SmtpClient.expect("250", client.command("Subject: half " + i + "\r\n\r\nbody\r\n."));
            }
        }
    }

    private static void fillAllButIncoming(int port) throws IOException {
        fill(port, "def", "x.test", EACH);
        fill(port, "held", "held.test", EACH);
        fillHalfDone(port);
    }

    private static void awaitWorkUnderWay(Instance instance, Counting logged) {
        instance.await("deferred and half done",
                () -> logged.lines("status=deferred") >= EACH
                        && logged.lines("status=bounced") == HALF_DONE
                        && instance.queued("active").size() == HALF_DONE);
    }

    private static long count(String log, String text) {
        return log.lines().filter(line -> line.contains(text)).count();
    }

    private static List<String> sent(String log) {
        return log.lines().map(SENT::matcher).filter(Matcher::find).map(found -> found.group(1)).sorted().toList();
    }

    private static List<String> everybody() {
        return IntStream.range(0, EACH).boxed()
                .flatMap(i -> Stream.of("def" + i + "@x.test", "inc" + i + "@x.test",
                        "held" + i + "@held.test", i < HALF_DONE ? "slow" + i + "@slow.test" : ""))
                .filter(name -> !name.isEmpty()).sorted().toList();
    }

    private void assertFilled(Instance instance) {
        assertThat(instance.queued("deferred").size()).isGreaterThanOrEqualTo(EACH);
        assertThat(instance.queued("hold")).hasSize(EACH);
        assertThat(instance.queued("incoming").size()).isGreaterThanOrEqualTo(EACH);
        assertThat(instance.queued("defer").size()).isGreaterThanOrEqualTo(EACH);
        assertThat(instance.queued("bounce")).hasSize(HALF_DONE);
    }

    private void assertDrained(Instance instance, String log, Path letters) throws IOException {
        assertThat(sent(log)).isEqualTo(everybody());
        assertThat(instance.messages(letters)).hasSize(HALF_DONE);
        for (Path letter : instance.messages(letters)) {
            assertThat(Files.readString(letter, StandardCharsets.ISO_8859_1)).contains("@fails.test>: nobody here",
                    "Subject: half ");
        }
        for (String queue : List.of("hold", "bounce", "defer", "corrupt")) {
            assertThat(instance.queued(queue)).as(queue).isEmpty();
        }
        assertThat(log).doesNotContain("corrupt", "panic:", "fatal:");
    }

    @Test
    void weGoOnWherePostfixWasStopped() throws Exception {
        Instance instance = Instance.asRoot(folder);
        settings(instance::set);
        try (instance;
                ServerSocket silent = silence();
                RealPostfix real = new RealPostfix(folder.resolve("real"), instance.queue())) {
            settings(real::set);
            real.set("transport_maps",
                    transports("smtp:[127.0.0.1]:" + silent.getLocalPort(), "smtp:[127.0.0.1]:" + Ports.free()));
            real.start();
            fillAllButIncoming(real.smtpPort());
            awaitWorkUnderWay(instance, text -> count(real.logText(), text));
            real.abort();
            real.start("qmgr");
            fill(real.smtpPort(), "inc", "x.test", EACH);
            real.stop();
            assertFilled(instance);

            instance.set("transport_maps",
                    transports("discard:", "discard:").replace("{ {", "{ {held.test = discard:} {"))
                    .start();
            instance.await("incoming drained", () -> instance.queued("incoming").isEmpty());
            assertThat(instance.queued("hold")).hasSize(EACH);
            assertThat(instance.run("", "bin/postsuper", "-H", "ALL").text())
                    .isEqualTo("postsuper: Released from hold: " + EACH + " messages\n");
            assertThat(instance.run("", "bin/postqueue", "-f").status()).isZero();
            instance.awaitEmptyQueue();
            assertDrained(instance, instance.logText(), instance.maildir("daemon"));
        }
    }

    @Test
    void postfixGoesOnWhereWeWereKilled() throws Exception {
        Instance instance = Instance.asRoot(folder);
        settings(instance::set);
        try (instance;
                ServerSocket silent = silence();
                RealPostfix real = new RealPostfix(folder.resolve("real"), instance.queue())) {
            settings(real::set);
            instance.set("transport_maps",
                    transports("smtp:[127.0.0.1]:" + silent.getLocalPort(), "smtp:[127.0.0.1]:" + Ports.free()))
                    .start();
            fillAllButIncoming(instance.smtpPort());
            awaitWorkUnderWay(instance, instance::count);
            instance.killMaster();
            instance.masterCf(text -> text.replaceFirst("(?m)^qmgr .*\\n", "")).startAgain();
            fill(instance.smtpPort(), "inc", "x.test", EACH);
            instance.stop();
            assertFilled(instance);

            real.set("transport_maps", transports("discard:", "discard:").replace("{ {", "{ {held.test = discard:} {"));
            real.start();
            instance.await("incoming drained", () -> instance.queued("incoming").isEmpty());
            assertThat(instance.queued("hold")).hasSize(EACH);
            assertThat(real.run("postsuper", "-H", "ALL"))
                    .contains("Released from hold: " + EACH + " messages\n");
            real.run("postqueue", "-f");
            instance.awaitEmptyQueue();
            assertDrained(instance, real.logText(), real.maildir("daemon"));
        }
    }
}
