package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** TLS of the whole suite as openssl(1) and gnutls-cli(1) see it. */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class TlsPeersTest {
    private static final String HOST = "mail.example.test";
    /** Ten seconds until the files are looked at, and where only root can read them a minute until a new process is wanted. */
    private static final Duration RENEWAL = Duration.ofSeconds(150);

    @TempDir
    Path folder;

    @BeforeEach
    void openssl() {
        Prerequisites.programs(TlsPeersTest.class, "openssl");
    }

    /** What s_client says; without -ign_eof it would take QUIT for a command of its own. */
    private static String handshake(int port, String... more) throws Exception {
        List<String> line = new ArrayList<>(List.of("openssl", "s_client", "-starttls", "smtp", "-ign_eof", "-connect",
                "127.0.0.1:" + port));
        line.addAll(List.of(more));
        return Instance.outcome(new ProcessBuilder(line), "QUIT\r\n").text();
    }

    private Instance withKey(Instance instance, String... algorithm) throws Exception {
        Path certificate = KeyFiles.make(folder, "server", HOST, algorithm);
        return instance.set("smtpd_tls_security_level", "may").set("smtpd_tls_chain_files",
                folder.resolve("server.key") + " " + certificate);
    }

    @Test
    void sessionsAreTakenUpByOtherServicesAndLaterProcesses() throws Exception {
        int other = Ports.free();
        try (Instance instance = withKey(new Instance(folder), "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
                .service(other + " inet n - n - - smtpd -o process_group=other").start()) {
            for (String version : new String[]{"-tls1_2", "-tls1_3"}) {
                String file = folder.resolve("session" + version).toString();
                assertThat(handshake(instance.smtpPort(), version, "-sess_out", file)).contains("New, TLSv1.");
                assertThat(handshake(instance.smtpPort(), version, "-sess_in", file)).contains("Reused, TLSv1.");
                assertThat(handshake(other, version, "-sess_in", file)).contains("Reused, TLSv1.");
            }
            // Who takes no tickets is remembered by the process itself.
            String remembered = folder.resolve("without tickets").toString();
            assertThat(handshake(instance.smtpPort(), "-tls1_2", "-no_ticket", "-sess_out", remembered))
                    .contains("New, TLSv1.");
            assertThat(handshake(instance.smtpPort(), "-tls1_2", "-no_ticket", "-sess_in", remembered))
                    .contains("Reused, TLSv1.");
            List<ProcessHandle> before = instance.daemons("smtpd");
            assertThat(before).hasSize(2);
            before.forEach(process -> Instance.signal(process.pid(), "KILL"));
            instance.await("processes have gone", () -> before.stream().noneMatch(ProcessHandle::isAlive));
            for (String version : new String[]{"-tls1_2", "-tls1_3"}) {
                assertThat(handshake(instance.smtpPort(), version, "-sess_in",
                        folder.resolve("session" + version).toString())).contains("Reused, TLSv1.");
            }
        }
    }

    @Test
    void aRenewedCertificateIsShown() throws Exception {
        try (Instance instance = withKey(new Instance(folder), "rsa:2048").start()) {
            showsTheNewOne(instance);
        }
    }

    @Test
    void aRenewedCertificateIsShownWhereOnlyRootCanReadTheKey() throws Exception {
        Prerequisites.rootMode(TlsPeersTest.class);
        try (Instance instance = withKey(Instance.asRoot(folder), "rsa:2048").start()) {
            showsTheNewOne(instance);
        }
    }

    private void showsTheNewOne(Instance instance) throws Exception {
        assertThat(handshake(instance.smtpPort())).contains("subject=CN = " + HOST);
        Path _ = KeyFiles.make(folder, "new", "new.example.test", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
        for (String kind : new String[]{"key", "pem"}) {
            Files.move(folder.resolve("new." + kind), folder.resolve("server." + kind),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        Awaitility.await("new certificate").atMost(RENEWAL).pollInterval(Duration.ofSeconds(2))
                .until(() -> handshake(instance.smtpPort()).contains("subject=CN = new.example.test"));
    }

    @Test
    void keysOfManyKinds() throws Exception {
        int ed25519 = Ports.free();
        int pkcs1 = Ports.free();
        int sec1 = Ports.free();
        Path edwards = KeyFiles.make(folder, "ed25519", HOST, "ed25519");
        Path rsa = KeyFiles.make(folder, "rsa", HOST, "rsa:2048");
        Path elliptic = KeyFiles.make(folder, "elliptic", HOST, "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1");
        Path pkcs1Key = traditional("rsa");
        Path sec1Key = traditional("ec");
        String service = " inet n - n - - smtpd -o smtpd_tls_security_level=may -o smtpd_tls_chain_files=";
        try (Instance instance = new Instance(folder)
                .service(ed25519 + service + folder.resolve("ed25519.key") + "," + edwards)
                .service(pkcs1 + service + pkcs1Key + "," + rsa).service(sec1 + service + sec1Key + "," + elliptic)
                .start()) {
            for (String version : new String[]{"-tls1_2", "-tls1_3"}) {
                assertThat(handshake(ed25519, version)).containsIgnoringCase("Peer signature type: Ed25519");
                assertThat(handshake(pkcs1, version)).contains("Peer signature type: RSA-PSS");
                assertThat(handshake(sec1, version)).contains("Peer signature type: ECDSA");
            }
            assertThat(instance.logText()).doesNotContain("TLS has been disabled");
        }
    }

    /** By default, and where the certificates are those of a name that the client asks for. */
    @Test
    void clientsGetTheKindOfCertificateThatTheyKnow() throws Exception {
        KeyFiles.make(folder, "rsa", HOST, "rsa:2048");
        KeyFiles.make(folder, "elliptic", HOST, "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
        String both = folder.resolve("rsa.key") + " " + folder.resolve("rsa.pem") + " "
                + folder.resolve("elliptic.key") + " " + folder.resolve("elliptic.pem");
        try (Instance instance = withKey(new Instance(folder), "ed25519").set("smtpd_tls_chain_files", both)
                .set("tls_server_sni_maps", "inline:{ {named.example.test=" + both + "} }").start()) {
            for (String name : new String[]{HOST, "named.example.test"}) {
                for (String[] rsa : new String[][]{{"-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384"},
                        {"-tls1_2", "-cipher", "AES128-SHA"}, {"-tls1_2", "-sigalgs", "RSA-PSS+SHA256"},
                        {"-tls1_3", "-sigalgs", "RSA-PSS+SHA256"}, {"-sigalgs", "RSA-PSS+SHA256:ECDSA+SHA384"}}) {
                    assertThat(shown(instance, name, rsa)).contains("Server public key is 2048 bit");
                }
                for (String[] elliptic : new String[][]{{"-tls1_2"}, {"-tls1_3"},
                        {"-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"},
                        {"-tls1_2", "-sigalgs", "ECDSA+SHA256"},
                        {"-tls1_3", "-sigalgs", "ECDSA+SHA256"}}) {
                    assertThat(shown(instance, name, elliptic)).contains("Server public key is 256 bit");
                }
            }
        }
    }

    private static String shown(Instance instance, String name, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.addAll(List.of("-servername", name));
        return handshake(instance.smtpPort(), arguments.toArray(String[]::new));
    }

    private Path traditional(String kind) throws Exception {
        Path key = folder.resolve(kind + ".old.key");
        List<String> line = kind.equals("rsa")
                ? List.of("openssl", "rsa", "-traditional", "-in", folder.resolve("rsa.key").toString())
                : List.of("openssl", "ec", "-in", folder.resolve("elliptic.key").toString());
        Process process = new ProcessBuilder(line).redirectOutput(key.toFile()).start();
        assertThat(process.waitFor()).isZero();
        assertThat(key).content().contains(kind.equals("rsa") ? "BEGIN RSA PRIVATE KEY" : "BEGIN EC PRIVATE KEY");
        return key;
    }

    @Test
    void gnutlsTrustsUs() throws Exception {
        Prerequisites.programs(TlsPeersTest.class, "gnutls-cli");
        try (Instance instance = withKey(new Instance(folder), "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
                .start()) {
            Instance.Outcome outcome = Instance.outcome(
                    new ProcessBuilder("gnutls-cli", "--starttls-proto=smtp", "--x509cafile",
                            folder.resolve("server.pem").toString(), "--verify-hostname", HOST, "--port",
                            Integer.toString(instance.smtpPort()), "127.0.0.1"),
                    "QUIT\r\n");
            assertThat(outcome.text()).contains("Status: The certificate is trusted")
                    .contains("Handshake was completed");
        }
    }

    @Test
    void testsslFindsNothingBroken() throws Exception {
        Prerequisites.programs(TlsPeersTest.class, "testssl");
        try (Instance instance = withKey(new Instance(folder), "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
                .start()) {
            String text = Instance.outcome(new ProcessBuilder("testssl", "--quiet", "--color", "0", "--warnings", "off",
                    "-t", "smtp", "-p", "-H", "-I", "-R", "-F", "-W", "127.0.0.1:" + instance.smtpPort()), "").text();
            assertThat(text).containsPattern("TLS 1\\.3 +offered \\(OK\\)").containsPattern("SSLv3 +not offered")
                    .contains("Secure Client-Initiated Renegotiation     not vulnerable").doesNotContain(" VULNERABLE");
        }
    }
}
