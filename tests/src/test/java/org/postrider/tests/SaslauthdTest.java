package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * smtpd_sasl_type = cyrus: a real saslauthd(8) checks passwords for Debian's Postfix and for us. It sees a passwd(5) of the test's own, in a
 * mount namespace.
 */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class SaslauthdTest {
    private static final String WORLD = """
            set -e
            cd "$0"
            (cat /etc/passwd; echo "joe:$(openssl passwd -6 secret):64999:64999::/:/bin/false") > passwd
            mount --bind passwd /etc/passwd
            rm -f mux
            exec setsid saslauthd -d -a getpwent -n 1 -m "$0"
            """;
    /** The words of a library, what Postfix tells since 3.8, and names of messages. */
    private static final Pattern OWN = Pattern
            .compile("(?<=authentication failed: )(another step is needed in authentication"
                    + "|no mechanism available|bad protocol / cancel|Invalid base64 data in (initial|continued) response"
                    + "|Invalid authentication mechanism)|, sasl_username=\\S+|^\\w+(?=: client=)");
    private static final String WELCOME = "235 2.7.0 Authentication successful";
    private static final String WRONG = "535 5.7.8 Error: authentication failed: authentication failure";

    @TempDir
    Path folder;

    /** A saslauthd, in a session of its own, as at its end it signals its process group. */
    private final class Saslauthd implements AutoCloseable {
        private final Process process;

        Saslauthd() throws IOException {
            process = new ProcessBuilder("unshare", "--mount", "sh", "-c", WORLD, folder.toString())
                    .redirectErrorStream(true).redirectOutput(folder.resolve("saslauthd.out").toFile()).start();
            Awaitility.await("saslauthd listens").atMost(Instance.PATIENCE)
                    .until(() -> !process.isAlive() || listens());
            assertThat(process.isAlive())
                    .as(Files.readString(folder.resolve("saslauthd.out"), StandardCharsets.ISO_8859_1)).isTrue();
        }

        private boolean listens() {
            try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(mux()))) {
                return true;
            } catch (IOException _) {
                return false;
            }
        }

        void signal(String name) {
            Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                    .forEach(one -> Instance.signal(one.pid(), name));
        }

        @Override
        public void close() throws IOException {
            signal("CONT");
            signal("KILL");
            process.onExit().join();
            Files.deleteIfExists(mux());
        }
    }

    @BeforeEach
    void programs() throws Exception {
        Prerequisites.rootMode(SaslauthdTest.class);
        Prerequisites.programs(SaslauthdTest.class, "saslauthd", "setsid", "openssl");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Where both look: {@code $config_directory/sasl}. */
    private void configure(Path configuration) throws IOException {
        Files.writeString(Files.createDirectories(configuration.resolve("sasl")).resolve("smtpd.conf"),
                "pwcheck_method: saslauthd\nmech_list: PLAIN LOGIN\nsaslauthd_path: " + mux() + "\n");
    }

    private Instance ours() throws IOException {
        Instance ours = Instance.asRoot(Files.createDirectories(folder.resolve("ours")));
        configure(folder.resolve("ours/conf"));
        settings().forEach(ours::set);
        return ours;
    }

    private Path mux() {
        return folder.resolve("mux");
    }

    private Map<String, String> settings() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("myhostname", "mail.example.test");
        all.put("mydestination", "localhost");
        all.put("mynetworks", "192.0.2.0/24");
        all.put("smtpd_sasl_auth_enable", "yes");
        all.put("smtpd_sasl_type", "cyrus");
        all.put("smtpd_error_sleep_time", "0");
        all.put("smtpd_delay_reject", "yes");
        all.put("smtpd_relay_restrictions", "permit_sasl_authenticated, reject");
        return all;
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static List<List<String>> sessions() {
        List<List<String>> all = new ArrayList<>();
        for (String plain : List.of("\0joe\0secret", "\0joe\0wrong", "\0nobody-here\0secret", "joe\0joe\0secret",
                "\0joe\0", "\0joe", "joe", "\0\0", "\0\0secret", "\0joe\0secret\0", "\0joe\0" + "x".repeat(1000))) {
            all.add(List.of("AUTH PLAIN " + encoded(plain), "MAIL FROM:<a@b.test>", "RCPT TO:<games@localhost>"));
        }
        all.add(List.of("AUTH PLAIN", encoded("\0joe\0secret"), "AUTH PLAIN", "NOOP"));
        all.add(List.of("AUTH PLAIN", "", "AUTH PLAIN =", "NOOP"));
        all.add(List.of("AUTH LOGIN", encoded("joe"), encoded("secret")));
        all.add(List.of("AUTH LOGIN " + encoded("joe"), encoded("secret")));
        all.add(List.of("AUTH LOGIN", encoded("joe"), encoded("wrong"), "AUTH LOGIN", "*", "AUTH LOGIN", "%%"));
        all.add(List.of("AUTH LOGIN", encoded("joe"), "", "NOOP"));
        all.add(List.of("AUTH CRAM-MD5", "AUTH PLAIN *", "AUTH", "auth plain " + encoded("\0joe\0secret")));
        return all;
    }

    /** What is said in each session, EHLO first; the whole of each reply, but why something is no Base64 (docs/quirks.md). */
    private static String play(int port) throws IOException {
        StringBuilder said = new StringBuilder();
        for (List<String> session : sessions()) {
            try (SmtpClient client = new SmtpClient(port)) {
                SmtpClient.expect("220", client.reply());
                SmtpClient.expect("250", client.command("EHLO client.example.test"));
                for (String line : session) {
                    said.append("C: ").append(line).append("\nS: ").append(client.command(line)).append('\n');
                }
                SmtpClient.expect("221", client.command("QUIT"));
            }
        }
        return OWN.matcher(said).replaceAll("");
    }

    /** Passwords that are right and wrong, in every form that clients have for them: Postfix says the same, and logs it. */
    @Test
    void usersLogIn() throws Exception {
        RealPostfix.needs(SaslauthdTest.class);
        try (Saslauthd _ = new Saslauthd()) {
            String said;
            List<String> logged;
            try (RealPostfix real = new RealPostfix(folder.resolve("real"), folder.resolve("real/queue"))) {
                configure(folder.resolve("real/conf"));
                settings().forEach(real::set);
                real.start();
                said = play(real.smtpPort());
                awaitSessions(real.log());
                logged = complaints(real.logText());
            }
            try (Instance ours = ours().start()) {
                assertThat(play(ours.smtpPort())).isEqualTo(said).contains(WELCOME).contains(WRONG)
                        .contains("250 2.1.5 Ok");
                awaitSessions(ours.log());
                assertThat(complaints(ours.logText())).isEqualTo(logged).isNotEmpty();
            }
        }
    }

    /** But for those of the Cyrus library, which is not here. */
    private static List<String> complaints(String log) {
        return Pattern.compile("(?m)smtpd\\[\\d+\\]: (warning: (?!SASL authentication failure: ).*|.*: client=.*)$")
                .matcher(log).results()
                .map(line -> OWN.matcher(line.group(1)).replaceAll("")).toList();
    }

    private static void awaitSessions(Path log) {
        Awaitility.await("sessions are over").atMost(Instance.PATIENCE)
                .until(() -> Files.readString(log, StandardCharsets.ISO_8859_1).split(": disconnect from ",
                        -1).length == sessions().size() + 1);
    }

    private static String login(int port, String password) throws IOException {
        try (SmtpClient client = new SmtpClient(port)) {
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("250", client.command("EHLO client.example.test"));
            return client.command("AUTH PLAIN " + encoded("\0joe\0" + password));
        }
    }

    /** Nobody gets in, nobody is told that the password is wrong, and everybody else is served meanwhile. */
    @Test
    void aServerThatIsGoneOrHangsIsNoWrongPassword() throws Exception {
        try (Instance ours = ours().start()) {
            assertThat(login(ours.smtpPort(), "secret")).startsWith("454 4.7.0 Temporary authentication failure: ");
            try (Saslauthd server = new Saslauthd()) {
                assertThat(login(ours.smtpPort(), "secret")).isEqualTo(WELCOME);
                assertThat(login(ours.smtpPort(), "wrong")).isEqualTo(WRONG);
                server.signal("STOP");
                try (SmtpClient waiting = new SmtpClient(ours.smtpPort())) {
                    SmtpClient.expect("220", waiting.reply());
                    SmtpClient.expect("250", waiting.command("EHLO client.example.test"));
                    waiting.send("AUTH PLAIN " + encoded("\0joe\0secret") + "\r\n");
                    try (SmtpClient other = new SmtpClient(ours.smtpPort())) {
                        SmtpClient.expect("220", other.reply());
                        SmtpClient.expect("250", other.command("EHLO client.example.test"));
                        SmtpClient.expect("250", other.command("MAIL FROM:<a@b.test>"));
                    }
                    assertThat(waiting.reply()).startsWith("454 4.7.0 Temporary authentication failure: ");
                    assertThat(waiting.command("NOOP")).startsWith("250 ");
                }
                server.signal("CONT");
                assertThat(login(ours.smtpPort(), "secret")).isEqualTo(WELCOME);
            }
            assertThat(login(ours.smtpPort(), "secret")).startsWith("454 4.7.0 Temporary authentication failure: ");
            try (Saslauthd _ = new Saslauthd()) {
                assertThat(login(ours.smtpPort(), "secret")).isEqualTo(WELCOME);
            }
            ours.awaitLog("SASL PLAIN authentication failed: authentication failure, sasl_username=joe");
        }
    }
}
