package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.testing.FakeDovecot;
import org.postrider.common.testing.FakePolicyServer;

/**
 * Configurations of smtpd at Debian's Postfix and here, of TLS ({@code tls.cases}), of what encryption, certificates and logins count for
 * ({@code identity.cases}), and of clients' limits ({@code limits.cases}): each is a service of its own, and clients hear and the log tells
 * the same. What differs on purpose says so in the file, and has to differ.
 */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class ServiceCasesBesidePostfixTest {
    private static final Path RESOURCES = Path.of("src/test/resources/smtpd").toAbsolutePath();
    private static final List<String> FILES = List.of("tls.cases", "identity.cases", "limits.cases");
    private static final String HOST = "mail.example.test";
    private static final int AT_LEAST = 80;
    /** What the libraries do not tell (docs/quirks.md). */
    private static final Pattern STEP = Pattern
            .compile("SSL_accept:.*|.*: Issuing session ticket, .*|.*: depth=\\d+ verify=[01] subject=.*");
    /** The library's words, what names one system, and who had logged in, in a refusal (docs/quirks.md). */
    private static final Pattern OWN = Pattern.compile("(?<=^warning: TLS library problem: ).*"
            + "|\\s+(server|client)-digest SHA\\d+|^\\w+(?=: client=)|(?<= for service )\\d+|(?<= helo=<c.example>) sasl_method=.*");

    /** @param differs why the servers do; empty when they do not */
    private record Case(String name, String differs, List<String> settings, List<String> sessions) {}

    /** What came of a case. */
    private record Outcome(List<String> said, List<String> logged) {
        @Override
        public String toString() {
            return String.join("\n", said) + "\n-- log\n" + String.join("\n", logged) + "\n";
        }
    }

    @TempDir
    Path folder;

    private final List<Case> cases = new ArrayList<>();

    @BeforeEach
    void files() throws Exception {
        RealPostfix.needs(ServiceCasesBesidePostfixTest.class);
        Prerequisites.programs(ServiceCasesBesidePostfixTest.class, "openssl", "python3");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        String[] elliptic = {"ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"};
        KeyFiles.make(folder, "ec", HOST, elliptic);
        KeyFiles.make(folder, "rsa", HOST, "rsa:2048");
        KeyFiles.make(folder, "other", "other.example.test", "rsa:2048");
        KeyFiles.make(folder, "strange", "strange.example.test", elliptic);
        KeyFiles.make(folder, "ca", "authority.example.test", "rsa:2048");
        KeyFiles.signed(folder, "trusted", "ca");
        Files.writeString(folder.resolve("rubbish.pem"), "rubbish\n");
        Files.writeString(folder.resolve("both.pem"),
                Files.readString(folder.resolve("rsa.key")) + Files.readString(folder.resolve("rsa.pem")));
    }

    private List<Case> read(Path file, String users, String policies) throws IOException {
        List<Case> found = new ArrayList<>();
        String differs = "";
        for (String line : Files.readAllLines(file)) {
            String text = line.length() > 2 ? line.substring(2) : "";
            switch (line.isEmpty() ? '#' : line.charAt(0)) {
                case '#' -> differs = "";
                case '!' -> differs = text;
                case '=' -> found.add(new Case(text, differs, new ArrayList<>(), new ArrayList<>()));
                case '>' -> found.getLast().sessions.add(text);
                default -> found.getLast().settings.add(line.replace("@", folder.toString())
                        .replace("DOVECOT", users).replace("POLICY", policies));
            }
        }
        return found;
    }

    private Map<String, String> settings() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("myhostname", HOST);
        all.put("smtpd_banner", HOST + " ESMTP");
        all.put("mydestination", "localhost");
        all.put("mynetworks", "192.0.2.0/24");
        all.put("smtpd_peername_lookup", "no");
        all.put("smtpd_discard_ehlo_keywords", "");
        all.put("smtpd_error_sleep_time", "0");
        all.put("smtpd_tls_security_level", "may");
        all.put("smtpd_tls_chain_files", folder.resolve("ec.key") + " " + folder.resolve("ec.pem"));
        all.put("smtpd_tls_loglevel", "1");
        // Its default has changed since Postfix 3.7.
        all.put("tls_medium_cipherlist", "HIGH:MEDIUM:!MD5:@STRENGTH");
        // The second is there for the curve of certificates: OpenSSL refuses others with TLS 1.2.
        all.put("tls_eecdh_auto_curves", "X25519 prime256v1");
        return all;
    }

    private static String syslogName(int number) {
        return "case" + number;
    }

    private static String service(Case one, int number, int port) {
        StringBuilder line = new StringBuilder(
                port + " inet n - n - - smtpd\n  -o syslog_name=" + syslogName(number) + "\n");
        one.settings.forEach(setting -> line.append("  -o { ").append(setting).append(" }\n"));
        return line.toString();
    }

    @Test
    void theSameIsSaidAndLogged() throws Exception {
        try (FakeDovecot users = new FakeDovecot(); FakePolicyServer policies = new FakePolicyServer()) {
            for (String name : FILES) {
                cases.addAll(read(RESOURCES.resolve(name), users.address(), policies.address()));
            }
            assertThat(cases).hasSizeGreaterThan(AT_LEAST);
            compare();
        }
    }

    private void compare() throws Exception {
        List<Integer> ports = new ArrayList<>();
        StringBuilder services = new StringBuilder();
        for (int i = 0; i < cases.size(); i++) {
            ports.add(Ports.free());
            services.append(service(cases.get(i), i, ports.get(i)));
        }
        List<Outcome> expected;
        try (RealPostfix real = new RealPostfix(folder.resolve("real"), folder.resolve("real/queue"))) {
            settings().forEach(real::set);
            real.masterCf(text -> text + services).start();
            expected = play(ports, real::logText);
        }
        List<Outcome> found;
        try (Instance ours = Instance.asRoot(Files.createDirectories(folder.resolve("ours")))) {
            settings().forEach(ours::set);
            ours.service(services.toString()).start();
            found = play(ports, ours::logText);
        }
        SoftAssertions all = new SoftAssertions();
        for (int i = 0; i < cases.size(); i++) {
            Case one = cases.get(i);
            if (one.differs.isEmpty()) {
                all.assertThat(found.get(i)).as(one.name).hasToString(expected.get(i).toString());
            } else {
                all.assertThat(found.get(i)).as("%s, which differs: %s", one.name, one.differs)
                        .doesNotHaveToString(expected.get(i).toString());
            }
        }
        all.assertAll();
    }

    private List<Outcome> play(List<Integer> ports, Callable<String> log) throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            String name = syslogName(i);
            List<String> said = new ArrayList<>();
            int over = 0;
            for (String session : cases.get(i).sessions) {
                String[] parts = session.split("(^| ): ", 2);
                said.addAll(Instance.outcome(new ProcessBuilder("python3", RESOURCES.resolve("client.py").toString(),
                        folder.toString(), ports.get(i).toString(), parts[0], parts[1]), "").text().lines().toList());
                // A session of one more client is in some.
                over += session.contains("ANOTHER") ? 2 : 1;
                int sessions = over;
                Awaitility.await("session " + over + " of " + cases.get(i).name + " is over").atMost(Instance.PATIENCE)
                        .until(() -> lines(log.call(), name).stream()
                                .filter(line -> line.startsWith("disconnect from ")).count() >= sessions);
            }
            outcomes.add(
                    new Outcome(said, lines(log.call(), name).stream().filter(line -> !STEP.matcher(line).matches())
                            .map(line -> OWN.matcher(line).replaceAll("")).toList()));
        }
        return outcomes.stream().map(one -> new Outcome(one.said, withoutRepetition(one.logged))).toList();
    }

    /** The library of one server says in several lines what that of the other says in one. */
    private static List<String> withoutRepetition(List<String> lines) {
        List<String> kept = new ArrayList<>();
        for (String line : lines) {
            if (kept.isEmpty() || !kept.getLast().equals(line)) {
                kept.add(line);
            }
        }
        return kept;
    }

    private static List<String> lines(String log, String syslogName) {
        return Pattern.compile("(?m) " + syslogName + "/smtpd\\[\\d+\\]: (.*)$").matcher(log).results()
                .map(line -> line.group(1)).toList();
    }
}
