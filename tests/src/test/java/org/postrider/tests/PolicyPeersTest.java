package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Policy servers of other people decide over our recipients (check_policy_service). As root, because they want a user to become. */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class PolicyPeersTest {
    private static final String USER = System.getProperty("user.name");

    @TempDir
    Path folder;

    /** A server that runs until the test is over. */
    private final class PolicyServer implements AutoCloseable {
        private final Process process;

        PolicyServer(int port, String... line) throws Exception {
            Path output = folder.resolve(line[0] + ".out");
            process = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            Awaitility.await(line[0] + " listens").atMost(Instance.PATIENCE).pollInterval(Duration.ofMillis(200))
                    .until(() -> listens(port));
        }

        private static boolean listens(int port) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return true;
            } catch (java.io.IOException _) {
                return false;
            }
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    private Instance asking(int port) throws Exception {
        return new Instance(folder).set("smtpd_delay_reject", "yes")
                .set("smtpd_recipient_restrictions", "check_policy_service inet:127.0.0.1:" + port).start();
    }

    /** The reply to RCPT in a session of its own. */
    private static String recipient(Instance instance, String address) throws Exception {
        try (SmtpClient client = new SmtpClient(instance.smtpPort())) {
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("250", client.command("EHLO client.example.test"));
            SmtpClient.expect("250", client.command("MAIL FROM:<a@example.test>"));
            String reply = client.command("RCPT TO:<" + address + ">");
            SmtpClient.expect("221", client.command("QUIT"));
            return reply;
        }
    }

    @Test
    void postgreyLetsWaitAndThenPass() throws Exception {
        Prerequisites.rootMode(PolicyPeersTest.class);
        Prerequisites.programs(PolicyPeersTest.class, "postgrey");
        int port = Ports.free();
        Path database = Files.createDirectories(folder.resolve("postgrey.db"));
        try (PolicyServer _ = new PolicyServer(port, "postgrey", "--inet=127.0.0.1:" + port, "--user=" + USER,
                "--group=" + USER, "--dbdir=" + database, "--delay=2"); Instance instance = asking(port)) {
            assertThat(recipient(instance, USER + "@localhost")).startsWith("450 4.2.0 ").contains("Greylisted");
            Awaitility.await("the time is over").atMost(Instance.PATIENCE).pollInterval(Duration.ofSeconds(1))
                    .until(() -> recipient(instance, USER + "@localhost").startsWith("250 "));
        }
    }

    @Test
    void postfwdRefuses() throws Exception {
        Prerequisites.rootMode(PolicyPeersTest.class);
        Prerequisites.programs(PolicyPeersTest.class, "postfwd1");
        int port = Ports.free();
        Path pid = folder.resolve("postfwd.pid");
        List<String> line = List.of("postfwd1", "--daemon", "--user", USER, "--group", USER, "--interface", "127.0.0.1",
                "--port", Integer.toString(port), "--pidfile", pid.toString(), "--rule",
                "id=R1; recipient==blocked@localhost; action=REJECT postfwd says no");
        try (PolicyServer _ = new PolicyServer(port, line.toArray(String[]::new)); Instance instance = asking(port)) {
            assertThat(recipient(instance, "blocked@localhost"))
                    .isEqualTo("554 5.7.1 <blocked@localhost>: Recipient address rejected: postfwd says no");
            assertThat(recipient(instance, USER + "@localhost")).startsWith("250 ");
        } finally {
            // It has gone its own way.
            Instance.signal(Long.parseLong(Files.readString(pid).strip()), "TERM");
        }
    }

    @Test
    void policydRateLimitCounts() throws Exception {
        Prerequisites.rootMode(PolicyPeersTest.class);
        Prerequisites.programs(PolicyPeersTest.class, "policyd-rate-limit");
        int port = Ports.free();
        Path settings = Files.writeString(folder.resolve("rate.yaml"), """
                debug: True
                user: "%1$s"
                group: "%1$s"
                pidfile: "%2$s/rate.pid"
                sqlite_config:
                    database: "%2$s/rate.sqlite3"
                backend: 0
                SOCKET: ["127.0.0.1", %3$d]
                socket_permission: 0666
                limits:
                    - [2, 60]
                limits_by_id: {}
                limit_by_sasl: False
                limit_by_sender: False
                limit_by_ip: True
                limited_networks: ["127.0.0.0/8"]
                success_action: "dunno"
                fail_action: "defer_if_permit Rate limit reach, retry later"
                db_error_action: "dunno"
                report: False
                """.formatted(USER, folder, port));
        try (PolicyServer _ = new PolicyServer(port, "policyd-rate-limit", "--file", settings.toString());
                Instance instance = asking(port)) {
            assertThat(recipient(instance, USER + "@localhost")).startsWith("250 ");
            assertThat(recipient(instance, USER + "@localhost")).startsWith("250 ");
            assertThat(recipient(instance, USER + "@localhost")).startsWith("450 4.7.1 ")
                    .contains("Rate limit reach, retry later");
        }
    }

    /** Run by spawn(8), as its manual says; what it decides about senders needs DNS, what it says of local clients does not. */
    @Test
    void policydSpfIsRunBySpawn() throws Exception {
        Prerequisites.rootMode(PolicyPeersTest.class);
        Prerequisites.programs(PolicyPeersTest.class, "policyd-spf");
        Path settings = Files.writeString(folder.resolve("policyd-spf.conf"), """
                debugLevel = 1
                HELO_reject = Fail
                Mail_From_reject = Fail
                PermError_reject = False
                TempError_Defer = False
                skip_addresses = 127.0.0.0/8
                """);
        try (Instance instance = Instance.asRoot(folder).set("policyd-spf_time_limit", "3600")
                .service("policyd-spf unix - n n - 0 spawn user=nobody argv=/usr/bin/policyd-spf " + settings)
                .set("smtpd_recipient_restrictions",
                        "reject_unauth_destination, check_policy_service unix:private/policyd-spf")
                .start()) {
            for (String subject : List.of("one", "two")) {
                SmtpClient.expect("250", SmtpClient.deliver(instance.smtpPort(), "a@example.test", "games@localhost",
                        "Subject: " + subject + "\n\nbody"));
            }
            instance.await("delivered", () -> instance.messages(instance.maildir("games")).size() == 2);
            for (Path message : instance.messages(instance.maildir("games"))) {
                assertThat(Files.readString(message))
                        .containsPattern("\nX-Comment: SPF[ -]skipped|\nX-Comment: SPF check N/A");
            }
        }
    }
}
