package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The same clients with and without certificates at Debian's Postfix and here: replies, log lines, Received headers. */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class TlsBesidePostfixTest {
    private static final String USER = "games";
    private static final int MESSAGES = 10;
    private static final int HANDSHAKING = 4;
    /** What the libraries do not tell (docs/quirks.md), and what names one system. */
    private static final Pattern OWN = Pattern.compile(
            "\\s+(server|client)-digest SHA\\d+|(?<=\\[)\\d+(?=\\]: )|(?<= id )\\w+|(?<=queued as )\\w+|(?<=by )[\\w.]+ \\(\\w+\\)");
    private static final String CLIENT = """
            import smtplib, ssl, sys
            port, version, certificate, user = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            if version == '1.2':
                context.maximum_version = ssl.TLSVersion.TLSv1_2
            if certificate != 'none':
                context.load_cert_chain(certificate + '.pem', certificate + '.key')
            with smtplib.SMTP('127.0.0.1', port, local_hostname='client.example.test') as server:
                server.ehlo()
                print(server.docmd('MAIL FROM:<clear@example.test>'), server.docmd('RSET'))
                server.starttls(context=context)
                server.ehlo()
                print(server.esmtp_features.keys() - {'requiretls'} == {'pipelining', 'size', 'vrfy', 'etrn',
                      'enhancedstatuscodes', '8bitmime', 'dsn', 'smtputf8', 'chunking'})
                print(server.docmd('MAIL FROM:<a@example.test>'))
                for recipient in ('relay@far.test', 'all@localhost', 'access@localhost', user + '@localhost'):
                    print(server.docmd('RCPT TO:<' + recipient + '>'))
                print(server.docmd('DATA'))
                server.send('Subject: ' + version + ' ' + certificate + '\\r\\n\\r\\n.\\r\\n')
                print(server.getreply())
            """;

    private static final String HANDSHAKES = """
            import smtplib, ssl, sys
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            for _ in range(int(sys.argv[2])):
                with smtplib.SMTP('127.0.0.1', int(sys.argv[1]), local_hostname='client.example.test') as server:
                    server.ehlo()
                    try:
                        print(server.starttls(context=context))
                    except smtplib.SMTPResponseException as refusal:
                        print(refusal)
                    print(server.docmd('NOOP'))
            """;

    private static final List<String> CERTIFICATES = List.of("none", "listed", "strange", "trusted");
    /** What comes after the handshake. */
    private static final String AFTER = """
            import smtplib, ssl, sys
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            if sys.argv[2] != 'none':
                context.load_cert_chain(sys.argv[2] + '.pem', sys.argv[2] + '.key')
            server = smtplib.SMTP('127.0.0.1', int(sys.argv[1]), local_hostname='client.example.test')
            server.ehlo()
            print(server.starttls(context=context))
            # Postfix keeps its 421 to itself until something comes.
            print(server.docmd('NOOP'))
            server.close()
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void programs() throws Exception {
        RealPostfix.needs(TlsBesidePostfixTest.class);
        Prerequisites.programs(TlsBesidePostfixTest.class, "openssl", "python3");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        KeyFiles.make(folder, "server", "mail.example.test", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
        KeyFiles.make(folder, "ca", "authority.example.test", "rsa:2048");
        KeyFiles.make(folder, "listed", "listed.example.test", "rsa:2048");
        KeyFiles.make(folder, "strange", "strange.example.test", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
        KeyFiles.signed(folder, "trusted", "ca");
        KeyFiles.signed(folder, "denied", "ca");
    }

    private static String openssl(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of("openssl"));
        line.addAll(List.of(arguments));
        Instance.Outcome outcome = Instance.outcome(new ProcessBuilder(line), "");
        assertThat(outcome.status()).as(outcome.text()).isZero();
        return outcome.text();
    }

    private String fingerprint(String name) throws Exception {
        String text = openssl("x509", "-noout", "-fingerprint", "-sha256", "-in",
                folder.resolve(name + ".pem").toString());
        return text.substring(text.indexOf('=') + 1).strip();
    }

    private Map<String, String> settings() throws Exception {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("mydestination", "localhost");
        all.put("mynetworks", "192.0.2.0/24");
        all.put("smtpd_delay_reject", "yes");
        all.put("smtpd_tls_security_level", "may");
        all.put("smtpd_tls_chain_files", folder.resolve("server.key") + " " + folder.resolve("server.pem"));
        all.put("smtpd_tls_CAfile", folder.resolve("ca.pem").toString());
        all.put("smtpd_tls_loglevel", "1");
        all.put("smtpd_tls_received_header", "yes");
        all.put("smtpd_tls_ask_ccert", "yes");
        all.put("smtpd_tls_fingerprint_digest", "sha256");
        // The second is there for the curve of a client's certificate: OpenSSL refuses others with TLS 1.2.
        all.put("tls_eecdh_auto_curves", "X25519 prime256v1");
        all.put("smtpd_discard_ehlo_keywords", "");
        all.put("relay_clientcerts", "inline:{ {" + fingerprint("listed") + "=listed} }");
        all.put("smtpd_restriction_classes", "all, access");
        all.put("all", "permit_tls_all_clientcerts, reject");
        all.put("access", "check_ccert_access inline:{ {" + fingerprint("denied") + "=REJECT not you} }, permit");
        all.put("smtpd_relay_restrictions", "permit_tls_clientcerts, reject_unauth_destination");
        all.put("smtpd_recipient_restrictions",
                "check_recipient_access inline:{ {all@localhost=all}, {access@localhost=access} }");
        return all;
    }

    private String play(int port) throws Exception {
        StringBuilder said = new StringBuilder();
        for (String version : List.of("1.3", "1.2")) {
            for (String certificate : List.of("none", "listed", "strange", "trusted", "denied")) {
                Instance.Outcome outcome = Instance.outcome(new ProcessBuilder("python3", "-c", CLIENT,
                        Integer.toString(port), version,
                        certificate.equals("none") ? certificate : folder.resolve(certificate).toString(), USER), "");
                said.append(version).append(' ').append(certificate).append('\n').append(outcome.text());
            }
        }
        return OWN.matcher(said).replaceAll("");
    }

    private static List<String> connections(String log) {
        Matcher lines = Pattern.compile("(?m)smtpd\\[\\d+\\]: (.*TLS connection (?:established|reused).*)$")
                .matcher(log);
        return lines.results().map(line -> OWN.matcher(line.group(1)).replaceAll("")).toList();
    }

    /** The header of each message up to the date. */
    private static List<String> headers(List<Path> messages) throws Exception {
        List<String> found = new ArrayList<>();
        for (Path message : messages) {
            String text = Files.readString(message, StandardCharsets.ISO_8859_1);
            String header = text.substring(text.indexOf("Received: "), text.indexOf(';', text.indexOf("Received: ")));
            found.add(text.replaceAll("(?s).*\nSubject: ([^\n]*)\n.*", "$1") + "\n"
                    + OWN.matcher(header).replaceAll(""));
        }
        return found.stream().sorted().toList();
    }

    @Test
    void certificatesOfClients() throws Exception {
        List<String> lines;
        List<String> headers;
        String said;
        try (RealPostfix real = new RealPostfix(folder.resolve("real"), folder.resolve("real/queue"))) {
            settings().forEach(real::set);
            real.set("myhostname", "mail.example.test").start();
            said = play(real.smtpPort());
            assertThat(said.split("queued as", -1)).as(said).hasSize(MESSAGES + 1);
            Awaitility.await("delivered").atMost(Instance.PATIENCE)
                    .until(() -> files(real.maildir(USER)).size() == MESSAGES);
            awaitSessions(real.log(), MESSAGES);
            lines = connections(real.logText());
            headers = headers(files(real.maildir(USER)));
        }
        try (Instance ours = Instance.asRoot(Files.createDirectories(folder.resolve("ours")))) {
            settings().forEach(ours::set);
            ours.start();
            assertThat(play(ours.smtpPort())).isEqualTo(said);
            ours.await("delivered", () -> ours.messages(ours.maildir(USER)).size() == MESSAGES);
            awaitSessions(ours.log(), MESSAGES);
            assertThat(connections(ours.logText())).isEqualTo(lines);
            assertThat(headers(ours.messages(ours.maildir(USER)))).isEqualTo(headers);
        }
        assertThat(lines).hasSize(MESSAGES).anyMatch(line -> line.startsWith("Trusted TLS"))
                .anyMatch(line -> line.startsWith("Untrusted TLS")).anyMatch(line -> line.startsWith("Anonymous TLS"));
        assertThat(said).contains("not you").contains("Relay access denied").contains("2.1.5 Ok");
    }

    /** Which sessions count as new is told apart in docs/quirks.md; these all are. */
    @Test
    void tooManyNewSessions() throws Exception {
        Map<String, String> settings = settings();
        settings.put("smtpd_client_event_limit_exceptions", "");
        settings.put("smtpd_client_new_tls_session_rate_limit", "2");
        settings.put("smtpd_error_sleep_time", "0");
        String said;
        List<String> warned;
        try (RealPostfix real = new RealPostfix(folder.resolve("real"), folder.resolve("real/queue"))) {
            settings.forEach(real::set);
            real.set("myhostname", "mail.example.test").start();
            said = handshakes(real.smtpPort());
            awaitSessions(real.log(), HANDSHAKING);
            warned = rates(real.logText());
        }
        assertThat(said).contains("too many new TLS sessions");
        try (Instance ours = Instance.asRoot(Files.createDirectories(folder.resolve("ours")))) {
            settings.forEach(ours::set);
            ours.start();
            assertThat(handshakes(ours.smtpPort())).isEqualTo(said);
            awaitSessions(ours.log(), HANDSHAKING);
            assertThat(rates(ours.logText())).isEqualTo(warned).isNotEmpty();
        }
    }

    /** Clients that have to show a certificate, and what an administrator reads of them with smtpd_tls_loglevel = 2. */
    @Test
    void certificatesThatAreRequired() throws Exception {
        Map<String, String> settings = settings();
        settings.put("smtpd_tls_security_level", "encrypt");
        settings.put("smtpd_tls_req_ccert", "yes");
        settings.put("smtpd_tls_loglevel", "2");
        String said;
        List<String> lines;
        try (RealPostfix real = new RealPostfix(folder.resolve("real"), folder.resolve("real/queue"))) {
            settings.forEach(real::set);
            real.set("myhostname", "mail.example.test").start();
            said = afterHandshakes(real.smtpPort());
            awaitSessions(real.log(), CERTIFICATES.size());
            lines = decided(real.logText());
        }
        assertThat(said).contains("Error: No client certificate presented", "Error: Client certificate not trusted");
        assertThat(lines).anyMatch(line -> line.startsWith("NOQUEUE: abort: TLS from "))
                .anyMatch(line -> line.contains(": subject_CN=strange.example.test, issuer=strange.example.test, f"));
        try (Instance ours = Instance.asRoot(Files.createDirectories(folder.resolve("ours")))) {
            settings.forEach(ours::set);
            ours.start();
            assertThat(afterHandshakes(ours.smtpPort())).isEqualTo(said);
            awaitSessions(ours.log(), CERTIFICATES.size());
            assertThat(decided(ours.logText())).isEqualTo(lines);
        }
    }

    private String afterHandshakes(int port) throws Exception {
        StringBuilder said = new StringBuilder();
        for (String certificate : CERTIFICATES) {
            said.append(Instance.outcome(new ProcessBuilder("python3", "-c", AFTER, Integer.toString(port),
                    certificate.equals("none") ? certificate : folder.resolve(certificate).toString()), "").text());
        }
        return said.toString();
    }

    private static List<String> decided(String log) {
        return Pattern.compile(
                "(?m)smtpd\\[\\d+\\]: (NOQUEUE: abort.*|setting up TLS.*|certificate verification.*|.*subject_CN=.*"
                        + "|.*TLS connection established.*)$")
                .matcher(log).results()
                .map(line -> OWN.matcher(line.group(1)).replaceAll("")).toList();
    }

    private static String handshakes(int port) throws Exception {
        return Instance.outcome(new ProcessBuilder("python3", "-c", HANDSHAKES, Integer.toString(port),
                Integer.toString(HANDSHAKING)), "").text();
    }

    private static List<String> rates(String log) {
        return Pattern.compile("(?m)warning: (.*(?:rate limit exceeded|Refusing STARTTLS).*) for service .*$")
                .matcher(log).results()
                .map(line -> line.group(1)).toList();
    }

    private static List<Path> files(Path maildir) throws Exception {
        if (!Files.isDirectory(maildir.resolve("new"))) {
            return List.of();
        }
        try (var all = Files.list(maildir.resolve("new"))) {
            return all.toList();
        }
    }

    /** Waits until the log tells that so many sessions are over, and so everything about them. */
    private static void awaitSessions(Path log, int number) {
        Awaitility.await("sessions are over").atMost(Instance.PATIENCE)
                .until(() -> Files.readString(log, StandardCharsets.ISO_8859_1).split(": disconnect from ",
                        -1).length == number + 1);
    }
}
