package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs that watch Postfix's queue see ours: a Prometheus exporter asks showq, check_mailq reads mailq. {@code tests/fetch-peers}
 * unpacks their packages into a folder.
 */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class QueueWatchersTest {
    private static final Path PEERS = Path.of(System.getProperty("peers.folder", "/var/tmp/postrider-peers"));
    private static final Path EXPORTER = PEERS.resolve("usr/bin/prometheus-postfix-exporter");
    private static final Path PLUGINS = PEERS.resolve("usr/lib/nagios/plugins");

    @TempDir
    Path folder;

    /** Three messages that wait, one of them for an administrator. */
    private Instance threeWait() throws Exception {
        Instance instance = new Instance(folder)
                .set("transport_maps", "inline:{late.test=lmtp:unix:nobody}").set("defer_transports", "lmtp")
                .set("smtpd_recipient_restrictions", "check_recipient_access inline:{held@late.test=HOLD}, permit")
                .start();
        try {
            for (String user : new String[]{"one", "two", "held"}) {
                assertThat(SmtpClient.deliver(instance.smtpPort(), "a@example.test", user + "@late.test",
                        "Subject: x\n\nx")).startsWith("250 ");
            }
            instance.await("all wait", () -> instance.queued("deferred").size() == 2
                    && instance.queued("hold").size() == 1);
            instance.awaitLog(", status=deferred");
            return instance;
        } catch (Exception | AssertionError e) {
            instance.close();
            throw e;
        }
    }

    @Test
    void prometheus() throws Exception {
        Prerequisites.file(QueueWatchersTest.class, EXPORTER.toString());
        try (Instance instance = threeWait()) {
            int port = Ports.free();
            Process exporter = new ProcessBuilder(EXPORTER.toString(), "--web.listen-address=127.0.0.1:" + port,
                    "--postfix.showq_path=" + instance.queue().resolve("public/showq"),
                    "--postfix.logfile_path=" + instance.log()).redirectErrorStream(true)
                    .redirectOutput(folder.resolve("exporter.out").toFile()).start();
            try {
                instance.await("the exporter listens",
                        () -> Files.readString(folder.resolve("exporter.out")).contains("Listening on"));
                instance.await("the exporter answers", () -> !metrics(port).isEmpty());
                String seen = metrics(port);
                assertThat(number(seen, "postfix_up\\{[^}]*}")).isEqualTo(1);
                assertThat(number(seen, count("deferred"))).isEqualTo(2);
                assertThat(number(seen, count("hold"))).isEqualTo(1);
                for (String empty : new String[]{"active", "incoming", "maildrop"}) {
                    assertThat(number(seen, count(empty))).isZero();
                }
                double size = 0;
                for (Path file : instance.queued("hold")) {
                    size += contentSize(file);
                }
                assertThat(number(seen, "postfix_showq_message_size_bytes_sum\\{queue=\"hold\"}")).isEqualTo(size);
                assertThat(number(seen, "postfix_showq_message_age_seconds_sum\\{queue=\"hold\"}")).isBetween(0.0,
                        120.0);
            } finally {
                exporter.destroyForcibly();
                int _ = exporter.waitFor();
            }
        }
    }

    private static String count(String queue) {
        return "postfix_showq_message_size_bytes_count\\{queue=\"" + queue + "\"}";
    }

    /** What the first record says. */
    private static double contentSize(Path file) throws IOException {
        String head = new String(Files.readAllBytes(file), 2, 15, StandardCharsets.ISO_8859_1);
        return Double.parseDouble(head.strip());
    }

    private static String metrics(int port) throws IOException {
        try (var in = URI.create("http://127.0.0.1:" + port + "/metrics").toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (ConnectException _) {
            return "";
        }
    }

    private static double number(String metrics, String name) {
        Matcher matcher = Pattern.compile("(?m)^" + name + " (\\S+)$").matcher(metrics);
        assertThat(matcher.find()).as(name + " in " + metrics).isTrue();
        return Double.parseDouble(matcher.group(1));
    }

    /** The plugin with a table of programs that has our mailq. */
    private String checkMailq(Instance instance, String... arguments) throws Exception {
        Path plugins = Files.createDirectories(folder.resolve("plugins"));
        Path plugin = plugins.resolve("check_mailq");
        if (!Files.exists(plugin)) {
            Files.copy(PLUGINS.resolve("check_mailq"), plugin);
            String ours = instance.command("bin/mailq").command().getLast();
            Files.writeString(plugins.resolve("utils.pm"),
                    Files.readString(PLUGINS.resolve("utils.pm")).replace("/usr/bin/mailq", ours));
        }
        ProcessBuilder line = new ProcessBuilder("perl", plugin.toString(), "-M", "postfix");
        line.command().addAll(List.of(arguments));
        line.environment().put("MAIL_CONFIG", instance.configuration().toString());
        Instance.Outcome outcome = Instance.outcome(line, "");
        return outcome.status() + " " + outcome.text();
    }

    @Test
    void nagios() throws Exception {
        Prerequisites.file(QueueWatchersTest.class, PLUGINS.resolve("check_mailq").toString());
        Prerequisites.file(QueueWatchersTest.class, PLUGINS.resolve("utils.pm").toString());
        Prerequisites.programs(QueueWatchersTest.class, "perl");
        try (Instance instance = threeWait()) {
            assertThat(checkMailq(instance, "-w", "4", "-c", "9"))
                    .startsWith("0 OK: postfix mailq (3) is below threshold (4/9)");
            assertThat(checkMailq(instance, "-w", "3", "-c", "9")).startsWith("1 WARNING: postfix mailq is 3 ");
            assertThat(checkMailq(instance, "-w", "1", "-c", "2")).startsWith("2 CRITICAL: postfix mailq is 3 ");
            assertThat(instance.run("", "bin/postsuper", "-d", "ALL").status()).isZero();
            assertThat(checkMailq(instance, "-w", "1", "-c", "2"))
                    .startsWith("0 OK: postfix mailq reports queue is empty");
        }
    }
}
