package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.wire.Network;

/** Logs in with a real Dovecot, over its Unix socket and over TCP. Skipped, with a word, where there is none, or no root. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DovecotTest {
    private static final Path PROGRAM = Path.of("/usr/sbin/dovecot");
    private static final String CONFIGURATION = """
            base_dir = %1$s/run
            state_dir = %1$s/state
            log_path = %1$s/log
            protocols =
            ssl = no
            disable_plaintext_auth = no
            auth_mechanisms = plain login cram-md5 anonymous
            auth_failure_delay = 0
            passdb {
              driver = passwd-file
              args = scheme=plain %1$s/users
            }
            userdb {
              driver = static
              args = uid=65534 gid=65534 home=/tmp
            }
            service auth {
              unix_listener %1$s/auth {
                mode = 0666
              }
              inet_listener {
                address = 127.0.0.1
                port = %2$d
              }
            }
            """;

    private final Network network = new Network(1);
    private Path directory;
    private int port;
    private Process dovecot;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        boolean there = Files.isExecutable(PROGRAM) && "root".equals(System.getProperty("user.name"));
        if (!there) {
            System.err.println("NOT TESTED WITH DOVECOT: this takes root and the package dovecot-core");
        }
        assumeTrue(there, "no Dovecot, or no root");
        directory = temporary;
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Files.writeString(directory.resolve("users"), "joe@example.com:secret\n");
        Path configuration = directory.resolve("dovecot.conf");
        Files.writeString(configuration, CONFIGURATION.formatted(directory, port));
        dovecot = new ProcessBuilder(PROGRAM.toString(), "-F", "-c", configuration.toString())
                .redirectErrorStream(true).redirectOutput(directory.resolve("output").toFile()).start();
        await("Dovecot listens").atMost(Duration.ofMinutes(1)).until(() -> answers("auth") && answers(tcp()));
    }

    @AfterAll
    void stop() throws InterruptedException {
        network.close();
        if (dovecot != null) {
            dovecot.destroy();
            dovecot.waitFor(60, TimeUnit.SECONDS);
        }
    }

    private String tcp() {
        return "inet:127.0.0.1:" + port;
    }

    private boolean answers(String path) {
        try {
            return !authenticator(path).mechanisms().isEmpty();
        } catch (IOException _) {
            return false;
        }
    }

    private Authenticator authenticator(String path) {
        return new DovecotAuthenticator(network, directory, path, "smtp");
    }

    private static Authenticator.Start begin(String mechanism, String initial) {
        return new Authenticator.Start(mechanism, base64(initial), !initial.isEmpty(),
                FakeWorld.client("192.0.2.1", "client.example"), false,
                Optional.empty());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void mechanismsAndTheirPropertiesAreKnown() throws IOException {
        for (String path : List.of("auth", tcp())) {
            List<Authenticator.Mechanism> mechanisms = authenticator(path).mechanisms();
            assertThat(mechanisms).extracting(Authenticator.Mechanism::name).containsExactlyInAnyOrder("PLAIN",
                    "LOGIN", "CRAM-MD5", "ANONYMOUS");
            assertThat(mechanisms.stream().filter(one -> one.name().equals("PLAIN")).findFirst().orElseThrow()
                    .properties()).containsExactly(Authenticator.Property.PLAINTEXT);
        }
    }

    @Test
    void passwordsAreChecked() throws IOException {
        for (String path : List.of("auth", tcp())) {
            Authenticator.Begun good = authenticator(path).begin(begin("PLAIN", "\0joe@example.com\0secret"));
            assertThat(good.step()).isEqualTo(new Authenticator.Step.Success("joe@example.com"));
            good.exchange().close();
            Authenticator.Begun bad = authenticator(path).begin(begin("PLAIN", "\0joe@example.com\0wrong"));
            assertThat(bad.step()).isEqualTo(new Authenticator.Step.Failure("", "joe@example.com"));
            bad.exchange().close();
        }
    }

    @Test
    void loginAsksTwice() throws IOException {
        Authenticator.Begun begun = authenticator("auth").begin(begin("LOGIN", ""));
        assertThat(begun.step()).isEqualTo(new Authenticator.Step.Challenge(base64("Username:")));
        try (Authenticator.Exchange exchange = begun.exchange()) {
            assertThat(exchange.answer(base64("joe@example.com")))
                    .isEqualTo(new Authenticator.Step.Challenge(base64("Password:")));
            assertThat(exchange.answer(base64("secret")))
                    .isEqualTo(new Authenticator.Step.Success("joe@example.com"));
        }
    }

    @Test
    void challengesAreAnswered() throws IOException, GeneralSecurityException {
        Authenticator.Begun begun = authenticator("auth").begin(begin("CRAM-MD5", ""));
        try (Authenticator.Exchange exchange = begun.exchange()) {
            String text = ((Authenticator.Step.Challenge) begun.step()).text();
            Mac mac = Mac.getInstance("HmacMD5");
            mac.init(new SecretKeySpec("secret".getBytes(StandardCharsets.US_ASCII), "HmacMD5"));
            String digest = HexFormat.of().formatHex(mac.doFinal(Base64.getDecoder().decode(text)));
            assertThat(exchange.answer(base64("joe@example.com " + digest)))
                    .isEqualTo(new Authenticator.Step.Success("joe@example.com"));
        }
    }

    @Test
    void whatIsNoBase64IsAFailure() throws IOException {
        Authenticator.Begun begun = authenticator("auth")
                .begin(new Authenticator.Start("PLAIN", "!!\t\nuser=evil", true,
                        FakeWorld.client("192.0.2.1", "client.example"), false,
                        Optional.empty()));
        assertThat(begun.step()).isInstanceOf(Authenticator.Step.Failure.class);
        begun.exchange().close();
    }

    @Test
    void aServiceThatIsNotThereIsSaidToBe() {
        assertThatThrownBy(() -> authenticator("nothing").mechanisms()).isInstanceOf(IOException.class);
    }
}
