package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which keys tables of patterns are asked with, beside Debian's Postfix: addresses with capitals, patterns that put the key into the
 * result, and, where a result can't have it, patterns for which capitals count.
 */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class PatternKeysBesidePostfixTest {
    private static final String CAPITALS = "regexp:{ {/[A-Z]/i %s} {/./ %s} }";
    private static final List<String> SENDERS = List.of("JoE@Plain.TEST", "TheR@Relay.TEST", "TheD@Default.TEST",
            "SubS@Plain.TEST",
            "GeN@Generic.TEST");
    private static final List<String> RECIPIENTS = List.of("TrAns@Transport.TEST", "X@Sub.Domain.TEST",
            "MoVed@Local.TEST", "MoVed@Other.TEST", "VirT@Virtual.TEST", "vir@Virtual.TEST", "X@MaiL.TEST",
            "X@RelaYed.TEST", "X@HomE.TEST", "X@AliaS.TEST", "A@Far.TEST", "GeN@Generic.TEST", "UseR@Local.TEST");

    private static final Pattern SENDER = Pattern.compile(": (\\w+): from=<([^>]*)>, size");
    private static final Pattern OUTCOME = Pattern.compile(": (\\w+): (to=<[^>]*>,(?: orig_to=<[^>]*>,)?).*(dsn=.*)");

    @TempDir
    Path folder;

    @BeforeEach
    void needs() throws IOException {
        RealPostfix.needs(PatternKeysBesidePostfixTest.class);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Map<String, String> settings(int innerPort) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("myhostname", "mail.local.test");
        all.put("mydestination", "local.test, $myhostname, regexp:{{/^H.*E.test/i here}}");
        all.put("myorigin", "local.test");
        all.put("smtpd_reject_unlisted_recipient", "no");
        all.put("smtp_host_lookup", "native");
        all.put("default_transport", "error:5.1.2 no class of its own");
        all.put("relay_transport", "error:5.1.2 relayed");
        all.put("relay_domains", "regexp:{{/^R.*Y.*test/i relayed}}");
        all.put("virtual_alias_domains", "regexp:{{/^A.*S.*test/i alias}}");
        all.put("virtual_mailbox_domains", "virtual.test, regexp:{{/^M.*L.*test/i mailbox}}");
        all.put("virtual_mailbox_base", "/nowhere");
        all.put("virtual_mailbox_maps", CAPITALS.formatted("upper/", "lower/"));
        all.put("virtual_uid_maps", CAPITALS.formatted("65534", "1"));
        all.put("virtual_gid_maps", CAPITALS.formatted("65534", "1"));
        all.put("transport_maps", "regexp:{ {/^TrAns@Transport.TEST/i error:5.1.1 as written}"
                + " {/^trans@/ error:5.1.1 small} {/^X@Sub.Domain/i error:5.1.1 the address}"
                + " {/^Sub.Domain/i error:5.1.1 the domain} {/sub.domain/ error:5.1.1 small} "
                + " {/@generic\\.test$$/ smtp:[127.0.0.1]:" + innerPort + "} {/@gone/ discard:} }");
        all.put("relocated_maps", "regexp:{ {/^(moved)(.*)/ new-$$1$$2} }");
        all.put("sender_dependent_relayhost_maps", "regexp:{ {/^(subs)@/ $$1.gone.test}"
                + " {/^TheR@Relay.TEST/i [127.0.0.1]:1} {/^ther@/ [127.0.0.1]:2} }");
        all.put("sender_dependent_default_transport_maps", "regexp:{ {/^(subs)@/ error:5.1.3 put in: $$1}"
                + " {/^TheD@Default.TEST/i error:5.1.3 as written} {/^thed@/ error:5.1.3 small} {/@relay/ smtp:} }");
        all.put("smtp_generic_maps", "regexp:{ {/^(.*)@(generic.*)/ new-$$1@$$2.gone.test} }");
        all.put("alias_maps", CAPITALS.formatted("capitals@gone.test", "small@gone.test"));
        return all;
    }

    private static UnaryOperator<String> listener(int innerPort) {
        return text -> text + "\n127.0.0.1:" + innerPort + " inet n - n - - smtpd -o myhostname=inner.test\n";
    }

    private static void play(int port) throws IOException {
        for (String sender : SENDERS) {
            for (String recipient : RECIPIENTS) {
                String _ = SmtpClient.converse(port, "EHLO client.example.test", "MAIL FROM:<" + sender + ">",
                        "RCPT TO:<" + recipient + "> NOTIFY=NEVER", "DATA", "Subject: x\r\n\r\nx\r\n.");
            }
        }
        SmtpClient.expect("250", SmtpClient.converse(port, "EHLO client.example.test", "MAIL FROM:<last@gone.test>",
                "RCPT TO:<last@gone.test>", "DATA", "Subject: x\r\n\r\nx\r\n."));
    }

    private static List<String> outcomes(Path spool, Path log) {
        Awaitility.await("quiet").atMost(Instance.PATIENCE).pollInterval(Duration.ofMillis(50))
                .during(Duration.ofSeconds(2))
                .until(() -> NoticesBesidePostfixTest.queued(spool, "incoming")
                        + NoticesBesidePostfixTest.queued(spool, "active") == 0
                        && Files.readString(log, StandardCharsets.ISO_8859_1).contains("to=<last@gone.test>"));
        try {
            Map<String, String> senders = new HashMap<>();
            Set<String> seen = new TreeSet<>();
            for (String line : Files.readString(log, StandardCharsets.ISO_8859_1).split("\n")) {
                Matcher sender = SENDER.matcher(line);
                Matcher outcome = OUTCOME.matcher(line);
                if (sender.find()) {
                    senders.put(sender.group(1), sender.group(2));
                } else if (outcome.find()) {
                    seen.add(senders.get(outcome.group(1)) + " " + outcome.group(2) + " " + outcome.group(3)
                            .replaceAll("(queued|forwarded) as \\w+", "$1")
                            .replace("delivery temporarily suspended: ", ""));
                }
            }
            return List.copyOf(seen);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theSameKeys() throws Exception {
        List<String> theirs;
        int innerPort = Ports.free();
        try (RealPostfix real = new RealPostfix(folder.resolve("real"), folder.resolve("real/queue"))) {
            settings(innerPort).forEach(real::set);
            real.masterCf(listener(innerPort)).start();
            play(real.smtpPort());
            theirs = outcomes(folder.resolve("real/queue"), real.log());
        }
        try (Instance ours = Instance.asRoot(Files.createDirectories(folder.resolve("ours")))) {
            settings(innerPort).forEach(ours::set);
            ours.masterCf(listener(innerPort)).start();
            play(ours.smtpPort());
            assertThat(outcomes(ours.queue(), ours.log())).isEqualTo(theirs);
        }
        assertThat(theirs).hasSizeGreaterThan(SENDERS.size() * RECIPIENTS.size());
    }
}
