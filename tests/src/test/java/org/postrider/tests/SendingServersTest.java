package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * exim4 and opensmtpd hand us mail over TLS, and insist on our certificate. Their packages can't be installed beside Postfix's: {@code
 * tests/fetch-peers} unpacks them into a folder. Each runs where it finds the accounts and folders that it was built for, in a mount
 * namespace of its own.
 */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class SendingServersTest {
    private static final Path PROGRAMS = Path.of(System.getProperty("peers.folder", "/var/tmp/postrider-peers"))
            .resolve("usr/sbin");
    private static final String USER = System.getProperty("user.name");
    /** $0 is a folder of ours, the rest a command line. */
    private static final String WORLD = """
            set -e
            cd "$0"
            for account in Debian-exim:64991 opensmtpd:64992 opensmtpq:64993; do
                echo "${account%:*}:x:${account#*:}:${account#*:}::/var/lib/opensmtpd/empty:/bin/false"
            done > accounts
            cat /etc/passwd accounts > passwd
            (cat /etc/group; cut -d: -f1-3 accounts | sed 's/$/:/') > group
            mount --bind passwd /etc/passwd
            mount --bind group /etc/group
            mount --bind server.pem /etc/ssl/certs/ca-certificates.crt
            for place in /var/lib /var/spool /run; do mount -t tmpfs tmpfs $place; done
            mkdir -p /var/lib/opensmtpd/empty /run/lock
            mkdir -m 711 /var/spool/smtpd
            exec "$@"
            """;

    @TempDir
    static Path folder;

    private static Instance instance;

    @BeforeAll
    static void start() throws Exception {
        Prerequisites.rootMode(SendingServersTest.class);
        Prerequisites.programs(SendingServersTest.class, "openssl");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(Files.createDirectory(folder.resolve("exim")),
                PosixFilePermissions.fromString("rwxrwxrwx"));
        Path certificate = KeyFiles.make(folder, "server", "mail.example.test", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1");
        instance = new Instance(folder).set("smtpd_tls_security_level", "encrypt").set("smtpd_tls_loglevel", "1")
                .set("smtpd_tls_received_header", "yes")
                .set("smtpd_tls_chain_files", folder.resolve("server.key") + " " + certificate).start();
    }

    @AfterAll
    static void stop() {
        if (instance != null) {
            instance.close();
        }
    }

    private static ProcessBuilder program(String... line) {
        List<String> whole = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", WORLD, folder.toString()));
        whole.addAll(List.of(line));
        return new ProcessBuilder(whole).redirectErrorStream(true);
    }

    private static String fromClient(String client) throws Exception {
        for (Path message : instance.messages(instance.maildir(USER))) {
            String text = Files.readString(message, StandardCharsets.ISO_8859_1);
            if (text.contains("\nReceived: from " + client)) {
                return text;
            }
        }
        return "";
    }

    private static void arrived(String client) throws Exception {
        instance.await("delivered", () -> !fromClient(client).isEmpty());
        assertThat(fromClient(client)).contains("Subject: hello").contains("\n.a dot\n")
                .containsPattern("\\(using TLSv1\\.3 with cipher TLS_\\w+").contains(" with ESMTPS id ");
        assertThat(instance.logText())
                .containsPattern("TLS connection established from localhost\\[127\\.0\\.0\\.1\\]: TLSv1\\.3");
    }

    @Test
    void exim() throws Exception {
        Prerequisites.file(SendingServersTest.class, PROGRAMS.resolve("exim4").toString());
        Path settings = Files.writeString(folder.resolve("exim.conf"), """
                primary_hostname = exim.example.test
                exim_path = %3$s/exim4
                spool_directory = %1$s/exim
                log_file_path = %1$s/exim/%%slog
                keep_environment =
                begin routers
                next:
                  driver = manualroute
                  transport = out
                  route_list = * 127.0.0.1::%2$d
                  self = send
                begin transports
                out:
                  driver = smtp
                  hosts_require_tls = *
                  tls_verify_certificates = %1$s/server.pem
                  tls_verify_hosts = *
                  hosts_try_fastopen =
                """.formatted(folder, instance.smtpPort(), PROGRAMS));
        Instance.Outcome sent = Instance
                .outcome(program(PROGRAMS.resolve("exim4").toString(), "-C", settings.toString(),
                        "-odf", "-v", "-i", "-f", "a@example.test", USER + "@localhost"),
                        "Subject: hello\n\n.a dot\nlast\n");
        assertThat(sent.status()).as(sent.text()).isZero();
        assertThat(sent.text()).contains("BDAT ").containsPattern("250 2\\.0\\.0 Ok: \\d+ bytes queued as \\w+");
        arrived("exim.example.test");
    }

    private static boolean listens(int port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void opensmtpd() throws Exception {
        Prerequisites.file(SendingServersTest.class, PROGRAMS.resolve("smtpd").toString());
        int port = Ports.free();
        Path settings = Files.writeString(folder.resolve("smtpd.conf"), """
                listen on 127.0.0.1 port %d hostname opensmtpd.example.test
                action "out" relay host smtp+tls://127.0.0.1:%d helo opensmtpd.example.test
                match from any for any action "out"
                """.formatted(port, instance.smtpPort()));
        Process server = program(PROGRAMS.resolve("smtpd").toString(), "-d", "-v", "-f", settings.toString())
                .redirectOutput(folder.resolve("opensmtpd.out").toFile()).start();
        try {
            instance.await("it listens", () -> listens(port) || !server.isAlive());
            SmtpClient.expect("250", SmtpClient.deliver(port, "a@example.test", USER + "@localhost",
                    "Subject: hello\n\n..a dot\nlast"));
            arrived("opensmtpd.example.test");
        } finally {
            server.descendants().forEach(ProcessHandle::destroy);
            server.destroy();
        }
    }
}
