package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.testing.DnsZone;
import org.postrider.common.testing.FakeDnsServer;
import org.postrider.common.testing.FakeDovecot;

/**
 * The same traffic ({@code log/traffic}) through Debian's Postfix and through us, with the same main.cf: line for line the same log but
 * for times, numbers and what docs/quirks.md names, and the same to pflogsumm, fail2ban and logcheck. What both logged is left in
 * {@code target/log}.
 */
@Tag("peers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class LogBesidePostfixTest {
    private static final Path KEPT = Path.of("target/log");
    private static final String FILTER = "/etc/fail2ban/filter.d/postfix.conf";
    private static final String IGNORED = "/etc/logcheck/ignore.d.server/postfix";
    private static final String ZONE = """
            good.example MX 10 mx.good.example.
            mx.good.example A 127.0.0.1
            mx.test MX 10 missing.test.
            nullmx.test MX 0 .
            later.test SERVFAIL
            1.2.0.192.bl.example A 127.0.0.2
            1.2.0.192.bl.example TXT "listed, see http://bl.example/?1"
            1.2.0.192.later.bl.example SERVFAIL
            bad.example.dbl.example A 127.0.1.2
            bad.example.dbl.example TXT "bad domain"
            listed.example.dbl.example A 127.0.1.2
            bad.example MX 10 mx.good.example.
            """;
    private static final String ACCESS = """
            rbl@local.test          reject_rbl_client bl.example
            rhsbl@local.test        reject_rhsbl_client dbl.example
            rblsender@local.test    reject_rhsbl_sender dbl.example
            rblhelo@local.test      reject_rhsbl_helo dbl.example
            rbllater@local.test     reject_rbl_client later.bl.example
            reject@local.test       REJECT
            words@local.test        REJECT 5.7.9 not with us
            numbers@local.test      450 4.7.9 later, please
            defer@local.test        DEFER
            later@local.test        DEFER_IF_PERMIT 4.7.9 wait
            warn@local.test         warn_if_reject reject
            warntext@local.test     WARN look at this
            info@local.test         INFO just so
            prepend@local.test      PREPEND X-Was: here
            policy@local.test       ask_policy
            sender@local.test       reject_unknown_sender_domain
            fqdnsender@local.test   reject_non_fqdn_sender
            unlisted@local.test     reject_unlisted_sender
            unverified@local.test   reject_unverified_recipient
            hold@local.test         HOLD for a while
            discard@local.test      DISCARD for ever
            redirect@local.test     REDIRECT daemon@local.test
            filter@local.test       FILTER discard:by-filter
            bcc@local.test          BCC daemon@local.test
            helo@local.test         reject_invalid_helo_hostname
            fqdnhelo@local.test     reject_non_fqdn_helo_hostname
            unknownhelo@local.test  reject_unknown_helo_hostname
            client@local.test       reject_unknown_client_hostname
            reverse@local.test      reject_unknown_reverse_client_hostname
            login@local.test        reject_sender_login_mismatch
            tlsonly@local.test      reject_plaintext_session
            """;
    private static final String CHECKS = """
            /^Subject: forbidden/ REJECT no such subject
            /^Subject: noticed/   WARN a subject
            /^Subject: held/      HOLD a subject
            /^Subject: dropped/   DISCARD a subject
            /^Subject: replaced/  REPLACE Subject: another
            /^forbidden words/    REJECT no such words
            """;
    /** Programs whose lines are about starting, stopping, and their own affairs. */
    private static final Pattern OWN_AFFAIRS = Pattern.compile(
            "postfix/(postfix-script|master|postlogd|postfix|anvil|scache)\\[?|: cache btree:.* full cleanup: ");
    /** What docs/quirks.md names: lines that only Postfix has, and parts of lines. */
    private static final Pattern LEFT_OUT = Pattern.compile("mail_stream_cleanup: |/cleanup\\[.*<15@good\\.example>");
    private static final String NAMED = " server-digest \\S+| sasl_method=\\S+ sasl_username=\\S+$|(?<=authentication failed: .{0,60}),"
            + " sasl_username=.*| orig_to=<postmaster>,";
    private static final List<String> NUMBERS = List.of("(?<=postfix/[\\w-]{1,20})\\[\\d+\\]",
            "<\\d{14}\\.[0-9A-F]{9,}@", "\\b[0-9A-F]{9,}\\b", ":\\d{4,5}\\b", "(?<=for service )\\d+");

    private static final Pattern ORIGIN = Pattern
            .compile("postfix/(smtpd|pickup)\\[\\d+\\]: [0-9A-F]{9,}: (client|uid)=");

    private Path folder = Path.of("/");
    private String theirs = "";
    private String ours = "";

    @BeforeAll
    void traffic(@TempDir Path given) throws Exception {
        folder = given;
        RealPostfix.needs(LogBesidePostfixTest.class);
        Prerequisites.programs(LogBesidePostfixTest.class, "swaks", "openssl");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        long own = ProcessHandle.current().pid();
        String address = "127.84." + (own >> 8 & 0xff) + "." + Math.clamp(own & 0xff, 1, 254);
        try (FakeDnsServer _ = FakeDnsServer.start(new InetSocketAddress(InetAddress.ofLiteral(address), 53),
                DnsZone.parse(ZONE));
                FakeDovecot users = new FakeDovecot();
                AnsweringNextHop next = new AnsweringNextHop()) {
            Map<String, String> settings = settings(users.address(), next.port());
            try (RealPostfix real = new RealPostfix(folder.resolve("real"), folder.resolve("spool"))) {
                settings.forEach(real::set);
                real.nameServer(address).start();
                traffic(real.smtpPort(), (text, arguments) -> real.input(text, "sendmail", arguments));
                awaitQuiet(folder.resolve("spool"), real.log());
            }
            try (Instance postrider = Instance.asRoot(Files.createDirectories(folder.resolve("ours")))) {
                settings.forEach(postrider::set);
                postrider.set("dns_resolver_address", address + ":53").start();
                traffic(postrider.smtpPort(), (text, arguments) -> postrider.run(text, "bin/sendmail", arguments));
                awaitQuiet(postrider.queue(), postrider.log());
            }
        }
        theirs = kept(folder.resolve("real/mail.log"), "postfix");
        ours = kept(folder.resolve("ours/log/mail.log"), "ours");
    }

    private Map<String, String> settings(String users, int next) throws IOException, InterruptedException {
        Path certificate = KeyFiles.make(folder, "server", "mx.example.test", "rsa:2048");
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("mail_name", "Postfix");
        settings.put("myhostname", "mx.example.test");
        settings.put("mydestination", "mx.example.test, local.test");
        settings.put("myorigin", "local.test");
        settings.put("smtpd_authorized_xclient_hosts", "127.0.0.1");
        settings.put("smtpd_peername_lookup", "no");
        settings.put("smtpd_error_sleep_time", "0");
        settings.put("smtpd_timeout", "3s");
        settings.put("smtpd_recipient_limit", "8");
        settings.put("smtpd_recipient_overshoot_limit", "1");
        settings.put("smtpd_client_message_rate_limit", "7");
        settings.put("smtpd_forbid_unauth_pipelining", "yes");
        settings.put("message_size_limit", "100000");
        settings.put("smtpd_relay_restrictions",
                "permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination");
        settings.put("smtpd_recipient_restrictions", "check_recipient_access texthash:" + file("access", ACCESS));
        settings.put("smtpd_restriction_classes", "ask_policy");
        settings.put("ask_policy", "check_policy_service inet:127.0.0.1:" + Ports.free());
        settings.put("smtp_host_lookup", "dns");
        settings.put("smtp_connection_cache_on_demand", "no");
        settings.put("smtpd_client_restrictions", "check_client_access inline:{203.0.113.66=REJECT}");
        settings.put("smtpd_data_restrictions",
                "reject_multi_recipient_bounce, check_sender_access inline:{stage@good.example=REJECT}");
        settings.put("smtpd_end_of_data_restrictions", "check_sender_access inline:{endstage@good.example=DEFER}");
        settings.put("smtpd_policy_service_retry_delay", "1s");
        settings.put("address_verify_poll_delay", "1s");
        settings.put("smtpd_sender_login_maps", "inline:{daemon@local.test=ann}");
        settings.put("smtpd_sasl_auth_enable", "yes");
        settings.put("smtpd_sasl_type", "dovecot");
        settings.put("smtpd_sasl_path", users);
        settings.put("smtpd_tls_security_level", "may");
        settings.put("smtpd_tls_loglevel", "1");
        settings.put("smtpd_tls_chain_files", folder.resolve("server.key") + ", " + certificate);
        settings.put("local_recipient_maps", "regexp:" + file("people", "!/^nobody/ x\n"));
        settings.put("alias_maps", "texthash:" + file("aliases", "alias daemon, \"|cat >/dev/null\"\n"));
        settings.put("virtual_alias_domains", "aliases.test");
        settings.put("virtual_alias_maps", "inline:{away@aliases.test=ok@remote.test}");
        settings.put("virtual_mailbox_domains", "virtual.test");
        settings.put("virtual_mailbox_maps", "inline:{box@virtual.test=box/}");
        settings.put("virtual_mailbox_base", Files.createDirectories(folder.resolve("boxes")).toString());
        Files.setPosixFilePermissions(folder.resolve("boxes"), PosixFilePermissions.fromString("rwxrwxrwx"));
        settings.put("virtual_uid_maps", "static:65534");
        settings.put("virtual_gid_maps", "static:65534");
        settings.put("relay_domains", "relayed.test");
        settings.put("relay_recipient_maps", "inline:{known@relayed.test=x}");
        settings.put("header_checks", "regexp:" + file("checks", CHECKS));
        settings.put("body_checks", "regexp:" + file("checks", CHECKS));
        settings.put("transport_maps", "inline:{ {remote.test = smtp:[127.0.0.1]:" + next
                + "} {refused.test = smtp:[127.0.0.1]:" + Ports.free()
                + "} {error.test = error:5.1.1 nobody here} {retry.test = retry:4.3.0 later} {discard.test = discard:gone} }");
        return settings;
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static void traffic(int port, NoticesBesidePostfixTest.Local system)
            throws IOException, InterruptedException {
        new LogTraffic(port).play();
        for (String[] options : new String[][]{{"--tls", "--to", "daemon@local.test"},
                {"--tls", "--to", "nobody@local.test"}, {"--tlsc", "--to", "daemon@local.test"}}) {
            List<String> line = new ArrayList<>(List.of("swaks", "--server", "127.0.0.1:" + port, "--from",
                    "daemon@local.test", "--ehlo", "client.example", "--header", "Message-Id: <swaks@local.test>"));
            line.addAll(List.of(options));
            Instance.outcome(new ProcessBuilder(line), "");
        }
        system.sendmail("Message-ID: <30@local.test>\n\nx\n", "-f", "daemon@local.test", "nobody@local.test");
        system.sendmail("Message-ID: <31@local.test>\n\nx\n", "-f", "daemon@local.test", "daemon@local.test",
                "a@error.test");
    }

    /** Waits until nothing is under way. */
    private static void awaitQuiet(Path spool, Path log) {
        Awaitility.await("quiet").atMost(Instance.PATIENCE).pollInterval(Duration.ofMillis(50))
                .during(Duration.ofSeconds(2))
                .until(() -> NoticesBesidePostfixTest.queued(spool, "maildrop")
                        + NoticesBesidePostfixTest.queued(spool, "incoming")
                        + NoticesBesidePostfixTest.queued(spool, "active") == 0
                        && areOver(Files.readString(log, StandardCharsets.ISO_8859_1)));
    }

    /** True when the last message has come and no session goes on. */
    private static boolean areOver(String log) {
        return log.contains("<31@local.test>")
                && log.split(": connect from ", -1).length == log.split(": disconnect from ", -1).length;
    }

    /** The log, with every line at the same time, and left for a comparing eye. */
    private static String kept(Path log, String name) throws IOException {
        String text = Files.readString(log, StandardCharsets.ISO_8859_1).lines()
                .filter(line -> !OWN_AFFAIRS.matcher(line).find() && !LEFT_OUT.matcher(line).find())
                .map(line -> line.replaceFirst("^\\w{3} [ \\d]\\d [\\d:]{8} \\S+", "Nov 22 12:00:00 mx")
                        .replaceAll("delay=[0-9.]+", "delay=1").replaceAll("delays=[0-9./]+", "delays=1/0/0/0")
                        .replaceAll("size=\\d+", "size=1000").replaceAll(NAMED, ""))
                .collect(Collectors.joining("\n", "", "\n"));
        Files.createDirectories(KEPT);
        Files.writeString(KEPT.resolve(name + ".log"), text, StandardCharsets.ISO_8859_1);
        Files.writeString(KEPT.resolve(name + ".plain"), String.join("\n", plain(text.lines())) + "\n",
                StandardCharsets.ISO_8859_1);
        return text;
    }

    /** Lines without numbers that differ between two runs of one system, in order of the alphabet. */
    private static List<String> plain(Stream<String> lines) {
        return lines.map(line -> {
            String text = line;
            for (String number : NUMBERS) {
                text = text.replaceAll(number, "#");
            }
            return text;
        }).sorted().toList();
    }

    @Test
    void theSameLines() {
        assertThat(plain(ours.lines())).containsExactlyElementsOf(plain(theirs.lines()));
    }

    /** Who a message is from stands first: two programs may log at the same time, and pflogsumm wants that before its size. */
    private static String inOrder(String log) {
        return Stream.concat(log.lines().filter(line -> ORIGIN.matcher(line).find()),
                log.lines().filter(line -> !ORIGIN.matcher(line).find())).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String program(String text, String... line) throws IOException, InterruptedException {
        return Instance.outcome(new ProcessBuilder(line), text).text();
    }

    /** The whole report, in its longest form. */
    @Test
    void pflogsumm() throws Exception {
        Prerequisites.programs(LogBesidePostfixTest.class, "pflogsumm");
        String report = program(inOrder(theirs), "pflogsumm", "--verbose_msg_detail", "-e", "-i");
        assertThat(report).contains("Relay access denied", "deferral detail", "Warnings");
        assertThat(plain(program(inOrder(ours), "pflogsumm", "--verbose_msg_detail", "-e", "-i").lines()))
                .containsExactlyElementsOf(plain(report.lines()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"normal", "auth", "rbl", "more", "ddos", "extra", "aggressive", "errors"})
    void fail2ban(String mode) throws Exception {
        Prerequisites.programs(LogBesidePostfixTest.class, "fail2ban-regex");
        Prerequisites.file(LogBesidePostfixTest.class, FILTER);
        List<String> expected = matched("postfix", mode);
        assertThat(expected).isNotEmpty();
        assertThat(matched("ours", mode)).containsExactlyElementsOf(expected);
    }

    private static List<String> matched(String name, String mode) throws IOException, InterruptedException {
        return plain(program("", "fail2ban-regex", "--print-all-matched", "--datepattern", "{^LN-BEG}",
                KEPT.resolve(name + ".log").toString(), FILTER + "[mode=" + mode + "]").lines()
                .filter(line -> line.startsWith("|  ")));
    }

    @Test
    void logcheck() throws Exception {
        Prerequisites.file(LogBesidePostfixTest.class, IGNORED);
        String told = program(theirs, "grep", "-avEf", IGNORED);
        assertThat(told.lines().count()).isBetween(1L, theirs.lines().count() / 2);
        assertThat(plain(program(ours, "grep", "-avEf", IGNORED).lines()))
                .containsExactlyElementsOf(plain(told.lines()));
    }
}
