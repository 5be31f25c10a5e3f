package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postrider.common.testing.FakeDovecot;

/**
 * What becomes of header fields that are missing or not complete, from clients of ours and from strangers: the same as with Debian's
 * Postfix. Dates and message ids are the server's own.
 */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class SubmittedHeadersBesidePostfixTest {
    private static final String USER = "games";
    private static final List<String> CLIENTS = List.of("ADDR=192.0.2.1 NAME=ours.test",
            "ADDR=203.0.113.1 NAME=stranger.test", "ADDR=203.0.113.2 NAME=listed.test",
            "ADDR=203.0.113.3 NAME=roaming.test LOGIN=joe");
    private static final List<String> HEADERS = List.of("", "From: joe\nTo: ann, bob@mail, \"c d\"@example.test\n",
            "From: Joe <joe>\nTo: undisclosed:;\nDate: Sat, 21 Nov 2026 10:00:00 +0000\nMessage-Id: <x@y>\n",
            "Sender: joe\nCc: a@b@c, <@route:d>\nReply-To: e%f@g\n", "Resent-From: joe\nFrom: x\nResent-To: ann\n",
            "Return-Receipt-To: joe\nErrors-To: joe\nDisposition-Notification-To: joe\n",
            "From:\nTo:\nBcc: hidden\nResent-Bcc: hidden\nContent-Length: 3\nReturn-Path: <joe>\n");

    /** How the servers are set up. */
    private enum Setting {
        DEFAULT(Map.of()), ALWAYS(
                Map.of("always_add_missing_headers", "yes", "remote_header_rewrite_domain", "domain.invalid")), LISTED(
                        Map.of("local_header_rewrite_clients",
                                "permit_sasl_authenticated, check_address_map inline:{203.0.113.2=x}",
                                "undisclosed_recipients_header", "To: nobody told:;", "append_dot_mydomain",
                                "yes")), NOBODY(
                                        Map.of("local_header_rewrite_clients", "",
                                                "remote_header_rewrite_domain", "domain.invalid", "swap_bangpath",
                                                "no"));

        private final Map<String, String> parameters;

        Setting(Map<String, String> parameters) {
            this.parameters = parameters;
        }
    }

    @TempDir
    Path folder;

    @BeforeEach
    void needs() throws IOException {
        RealPostfix.needs(SubmittedHeadersBesidePostfixTest.class);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Map<String, String> settings(Setting setting, FakeDovecot users) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("myhostname", "mail.example.test");
        all.put("myorigin", "example.test");
        all.put("mail_name", "Postfix");
        all.put("mydestination", "localhost, localhost.example.test");
        all.put("mynetworks", "192.0.2.0/24");
        all.put("smtpd_sasl_auth_enable", "yes");
        all.put("smtpd_sasl_type", "dovecot");
        all.put("smtpd_sasl_path", users.address());
        all.put("smtpd_authorized_xclient_hosts", "127.0.0.1");
        all.put("smtpd_relay_restrictions", "permit_mynetworks, reject_unauth_destination");
        all.put("local_header_rewrite_clients", "permit_mynetworks, permit_sasl_authenticated");
        all.put("append_dot_mydomain", "no");
        all.putAll(setting.parameters);
        return all;
    }

    private static void play(int port) throws IOException {
        int number = 0;
        for (String address : CLIENTS) {
            try (SmtpClient client = new SmtpClient(port)) {
                SmtpClient.expect("220", client.reply());
                SmtpClient.expect("220", client.command("XCLIENT " + address));
                SmtpClient.expect("250", client.command("EHLO client.example.test"));
                for (String header : HEADERS) {
                    SmtpClient.expect("250", client.deliver("sender@example.test", USER + "@localhost",
                            "X-Number: " + number++ + "\n" + header + "\nbody"));
                }
            }
        }
    }

    /** The messages in the order in which they were sent, without what is each server's own. */
    private static List<String> messages(Path maildir) throws IOException {
        try (Stream<Path> files = Files.list(maildir.resolve("new"))) {
            return files.map(SubmittedHeadersBesidePostfixTest::plain).sorted().toList();
        }
    }

    private static String plain(Path message) {
        try {
            String text = Files.readString(message, StandardCharsets.ISO_8859_1);
            String number = text.replaceFirst("(?s).*\nX-Number: (\\d+)\n.*", "$1");
            return "%3s%n".formatted(number) + text.replaceAll(" id \\w+", " id ID")
                    .replaceAll("\\w{3}, [ \\d]\\d \\w{3} 20\\d\\d [\\d:]{8} [+-]\\d{4}( \\(\\w+\\))?", "DATE")
                    .replaceAll("<\\d{14}\\.\\w+@", "<ID@").replaceAll("\\[\\d+\\.\\d+\\.\\d+\\.\\d+\\]", "[ADDRESS]");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void awaitMessages(Path maildir) {
        Awaitility.await("delivered").atMost(Instance.PATIENCE)
                .until(() -> Files.isDirectory(maildir.resolve("new"))
                        && messages(maildir).size() == CLIENTS.size() * HEADERS.size());
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void theSameHeaders(Setting setting) throws Exception {
        List<String> theirs;
        try (FakeDovecot users = new FakeDovecot();
                RealPostfix real = new RealPostfix(folder.resolve("real"), folder.resolve("real/queue"))) {
            settings(setting, users).forEach(real::set);
            real.start();
            play(real.smtpPort());
            awaitMessages(real.maildir(USER));
            theirs = messages(real.maildir(USER));
        }
        try (FakeDovecot users = new FakeDovecot();
                Instance ours = Instance.asRoot(Files.createDirectories(folder.resolve("ours")))) {
            settings(setting, users).forEach(ours::set);
            ours.start();
            play(ours.smtpPort());
            awaitMessages(ours.maildir(USER));
            assertThat(String.join("\n", messages(ours.maildir(USER)))).isEqualTo(String.join("\n", theirs));
        }
    }
}
