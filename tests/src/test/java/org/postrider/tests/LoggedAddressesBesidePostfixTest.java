package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** info_log_address_format: how addresses stand in the log of every program that a message passes, beside Debian's Postfix. */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class LoggedAddressesBesidePostfixTest {
    private static final List<String> SENDERS = List.of("", "joe@good.test", "\"joe doe\"@good.test",
            "\"joe@home\"@good.test", "joe+list@good.test", "\"a\\\"b\"@good.test", "\"\"@good.test",
            "\".joe.\"@good.test",
            "joe@[127.0.0.1]", "\"joe\\\\\"@good.test");
    private static final List<String> RECIPIENTS = List.of("ann@discard.test", "\"ann b\"@discard.test",
            "\"a@b\"@discard.test", "\"a..b\"@discard.test", "\"a,b\"@error.test", "\"a<b>c\"@discard.test",
            "\"later still\"@retry.test", "ann+x@away.test", "\"not here\"@local.test", "\"a(b)c\"@foreign.test",
            "\"(comment)\"@error.test", "\"spa ce\"@away.test", "nobody@local.test");
    /** What a program says of an address, without numbers of its own. */
    private static final Pattern TELLING = Pattern.compile("(from|to|orig_to|sender)=<|reject|<.*>: ");
    private static final Pattern OWN_AFFAIRS = Pattern
            .compile("postfix/(postfix-script|master|postlogd|postfix|anvil|scache)\\[?");
    private static final String LAST = "<last@local.test>";

    @TempDir
    Path folder;

    @BeforeEach
    void needs() throws IOException {
        RealPostfix.needs(LoggedAddressesBesidePostfixTest.class);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Map<String, String> settings(String form) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("info_log_address_format", form);
        all.put("myhostname", "mail.local.test");
        all.put("mail_name", "Postfix");
        all.put("mydestination", "local.test");
        all.put("myorigin", "local.test");
        all.put("relay_domains", "discard.test, error.test, retry.test");
        all.put("relay_recipient_maps", "");
        all.put("local_recipient_maps", "");
        all.put("mynetworks", "192.0.2.0/24");
        all.put("smtpd_relay_restrictions", "reject_unauth_destination");
        all.put("smtpd_recipient_restrictions", "check_sender_access pcre:{{/\\+list@/ WARN of a list}}");
        all.put("smtpd_error_sleep_time", "0");
        all.put("smtpd_hard_error_limit", "100");
        all.put("smtpd_soft_error_limit", "100");
        all.put("header_checks", "regexp:{{/^Subject: forbidden/ REJECT not this} {/^Subject: told/ WARN of this}}");
        all.put("virtual_alias_domains", "away.test");
        all.put("virtual_alias_maps", "regexp:{{/^ann\\+x@away/ ann@discard.test} {/^.?spa ce/ \"a b\"@discard.test}}");
        all.put("transport_maps", "inline:{ {discard.test = discard:gone} {error.test = error:5.1.1 nobody here}"
                + " {retry.test = retry:4.3.0 later} {good.test = discard:letters}"
                + " {local.test = error:5.1.1 no such user} }");
        return all;
    }

    private static void play(int port) throws IOException {
        try (SmtpClient client = new SmtpClient(port)) {
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("250", client.command("EHLO client.example.test"));
            int number = 0;
            for (String sender : SENDERS) {
                String subject = number % 3 == 0 ? "plain" : number % 3 == 1 ? "told" : "forbidden";
                message(client, sender, RECIPIENTS, "Message-ID: <" + number++ + "@x>\nSubject: " + subject + "\n\nx");
            }
            message(client, "joe@good.test", List.of("ann@discard.test"), "Message-ID: " + LAST + "\n\nx");
            SmtpClient.expect("221", client.command("QUIT"));
        }
    }

    private static void message(SmtpClient client, String sender, List<String> recipients, String text)
            throws IOException {
        if (client.command("MAIL FROM:<" + sender + ">").startsWith("250")) {
            for (String recipient : recipients) {
                String _ = client.command("RCPT TO:<" + recipient + ">");
            }
            if (client.command("DATA").startsWith("354")) {
                String _ = client.command(text.replace("\n", "\r\n") + "\r\n.");
            }
        }
        String _ = client.command("RSET");
    }

    private static void awaitQuiet(Path spool, Path log) {
        Awaitility.await("quiet").atMost(Instance.PATIENCE).pollInterval(Duration.ofMillis(50))
                .during(Duration.ofSeconds(2))
                .until(() -> NoticesBesidePostfixTest.queued(spool, "incoming")
                        + NoticesBesidePostfixTest.queued(spool, "active") == 0
                        && Files.readString(log, StandardCharsets.ISO_8859_1).contains(LAST));
    }

    private static String addresses(Path log) throws IOException {
        return String.join("\n", Files.readString(log, StandardCharsets.ISO_8859_1).lines()
                .filter(line -> TELLING.matcher(line).find() && !OWN_AFFAIRS.matcher(line).find())
                .map(line -> line.replaceFirst("^.*? postfix/", "").replaceAll("\\[\\d+\\]: ", ": ")
                        .replaceAll("\\b[0-9A-F]{9,}\\b", "ID").replaceAll("<\\d{14}\\.ID@", "<ID@")
                        .replaceAll("delay=[0-9.]+", "delay=1").replaceAll("delays=[0-9./]+", "delays=1")
                        .replaceAll("size=\\d+", "size=1"))
                .sorted().toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"external", "internal"})
    void theSameWords(String form) throws Exception {
        String theirs;
        try (RealPostfix real = new RealPostfix(folder.resolve("real"), folder.resolve("real/queue"))) {
            settings(form).forEach(real::set);
            real.start();
            play(real.smtpPort());
            awaitQuiet(folder.resolve("real/queue"), real.log());
            theirs = addresses(real.log());
        }
        try (Instance ours = Instance.asRoot(Files.createDirectories(folder.resolve("ours")))) {
            settings(form).forEach(ours::set);
            ours.start();
            play(ours.smtpPort());
            awaitQuiet(ours.queue(), ours.log());
            assertThat(theirs)
                    .contains("from=<\"joe doe\"@good.test>".replace("\"", form.equals("external") ? "\"" : ""));
            assertThat(addresses(ours.log())).isEqualTo(theirs);
        }
    }
}
