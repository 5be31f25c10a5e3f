package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.testing.ScriptedPeer;

/** Addresses are verified by probes that go the way of all mail and are never delivered (ADDRESS_VERIFICATION_README). */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class AddressVerificationTest {
    private static final String GOOD = """
            S: 220 peer.test ESMTP
            C: EHLO *
            S: 250 peer.test
            C: MAIL FROM:<double-bounce@mail.example.test>
            S: 250 ok
            C: RCPT TO:<good@relay.test>
            S: 250 2.1.5 taken
            C: QUIT
            S: 221 bye
            """;

    @TempDir
    Path folder;

    @Test
    void theServerAsksTheNextHostBeforeItTakesAnAddress() throws Exception {
        String user = System.getProperty("user.name");
        try (ScriptedPeer peer = ScriptedPeer.start(GOOD,
                GOOD.replace("good@", "bad@").replace("250 2.1.5 taken", "550 5.1.1 no such user"));
                Instance instance = new Instance(folder).set("relay_domains", "relay.test")
                        .set("relay_recipient_maps", "")
                        .set("relay_transport", "smtp:[127.0.0.1]:" + peer.port())
                        .set("virtual_alias_maps", "inline:{{list@mail.example.test=a@relay.test b@relay.test}}")
                        .set("address_verify_poll_delay", "1s").set("address_verify_poll_count", "60")
                        .set("smtpd_recipient_restrictions", "reject_unauth_destination, reject_unverified_recipient")
                        .set("unverified_recipient_reject_code", "550").start()) {
            try (SmtpClient client = new SmtpClient(instance.smtpPort())) {
                assertThat(client.reply()).startsWith("220 ");
                assertThat(client.command("EHLO client.example.test")).startsWith("250 ");
                assertThat(client.command("MAIL FROM:<a@example.test>")).startsWith("250 ");
                assertThat(client.command("RCPT TO:<good@relay.test>")).isEqualTo("250 2.1.5 Ok");
                String refusal = "550 5.1.1 <bad@relay.test>: Recipient address rejected: undeliverable address: host "
                        + "127.0.0.1[127.0.0.1] said: 550 5.1.1 no such user (in reply to RCPT TO command)";
                assertThat(client.command("RCPT TO:<bad@relay.test>")).isEqualTo(refusal);
                assertThat(client.command("RCPT TO:<bad@relay.test>")).isEqualTo(refusal);
                assertThat(client.command("RCPT TO:<list@mail.example.test>")).isEqualTo("250 2.1.5 Ok");
                assertThat(client.command("RCPT TO:<" + user + "@mail.example.test>")).isEqualTo("250 2.1.5 Ok");
                assertThat(client.command("RCPT TO:<no.such.user@mail.example.test>")).isEqualTo("550 5.1.1 "
                        + "<no.such.user@mail.example.test>: Recipient address rejected: undeliverable address: "
                        + "unknown user: \"no.such.user\"");
            }
            instance.awaitEmptyQueue();
            assertThat(peer.problems()).isEmpty();
            assertThat(instance.logText())
                    .containsPattern("postfix/smtp\\[\\d+\\]: \\w+: to=<good@relay.test>, relay=127\\.0\\.0\\.1\\["
                            + "127\\.0\\.0\\.1\\]:\\d+, delay=\\S+, delays=\\S+, dsn=2\\.1\\.5, status=deliverable"
                            + " \\(250 2\\.1\\.5 taken\\)")
                    .contains("dsn=5.1.1, status=undeliverable (host 127.0.0.1[127.0.0.1] said: 550 5.1.1 no such user")
                    .contains("to=<list@mail.example.test>, relay=none, delay=0, delays=0/0/0/0, dsn=2.0.0, "
                            + "status=deliverable (aliased to multiple recipients)")
                    .contains("status=deliverable (delivers to maildir)").doesNotContain("status=sent");
            assertThat(Files.readString(folder.resolve("data/verify_cache.cache"))).contains("good@relay.test\t0:0:")
                    .contains("bad@relay.test\t2:0:").contains("list@mail.example.test\t0:0:");
        }
    }

    @Test
    void aUserIsToldByLetterWhatWouldHappen() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(GOOD.replace("double-bounce", "*"));
                Instance instance = new Instance(folder).set("relay_domains", "relay.test")
                        .set("relay_transport", "smtp:[127.0.0.1]:" + peer.port()).start()) {
            String user = System.getProperty("user.name");
            Instance.Outcome sent = instance.run("this is not sent to anybody", "bin/sendmail", "-bv",
                    "good@relay.test",
                    "no.such.user@mail.example.test");
            assertThat(sent).isEqualTo(new Instance.Outcome(0,
                    "Mail Delivery Status Report will be mailed to <" + user + ">.\n"));
            instance.await("the report has come", () -> !instance.messages(instance.maildir(user)).isEmpty());
            instance.awaitEmptyQueue();
            String report = Files.readString(instance.messages(instance.maildir(user)).getFirst());
            assertThat(report).contains("Subject: Mail Delivery Status Report", "Action: deliverable",
                    "Action: undeliverable", "<good@relay.test>: delivery via 127.0.0.1[127.0.0.1]:" + peer.port()
                            + ": 250 2.1.5 taken",
                    "Subject: probe").doesNotContain("this is not sent");
            assertThat(instance.logText()).contains("sender delivery status notification: ");
            assertThat(peer.problems()).isEmpty();
        }
    }
}
