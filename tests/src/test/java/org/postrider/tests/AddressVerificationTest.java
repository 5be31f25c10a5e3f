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

    /** Mail can't get in while there is no directory for it; probes can, as they have no queue files. */
    @Test
    void everyWayOutAnswersProbesThatHaveNoQueueFile() throws Exception {
        try (ScriptedPeer smtp = ScriptedPeer.start(GOOD.replace("relay.test", "smtp.test"));
                ScriptedPeer lmtp = ScriptedPeer
                        .start(GOOD.replace("EHLO", "LHLO").replace("relay.test", "lmtp.test"));
                Instance instance = new Instance(folder)
                        .set("relay_domains", "smtp.test, lmtp.test, pipe.test, error.test, later.test, discard.test")
                        .set("transport_maps", "inline:{smtp.test=smtp:[127.0.0.1]:" + smtp.port()
                                + ", lmtp.test=lmtp:inet:127.0.0.1:" + lmtp.port()
                                + ", pipe.test=piped:, {error.test=error:5.2.1 moved}, "
                                + "{later.test=retry:4.2.1 asleep}, discard.test=discard:}")
                        .service("piped unix - n n - - pipe user=nobody argv=/bin/false")
                        .set("virtual_mailbox_domains", "virtual.test")
                        .set("virtual_mailbox_maps", "inline:{joe@virtual.test=joe/}")
                        .set("virtual_mailbox_base", folder.toString()).set("virtual_uid_maps", "static:65534")
                        .set("virtual_gid_maps", "static:65534").set("content_filter", "smtp:[127.0.0.1]:9")
                        .set("address_verify_poll_delay", "1s").set("address_verify_poll_count", "60")
                        .set("smtpd_relay_restrictions", "")
                        .set("smtpd_recipient_restrictions", "reject_unverified_recipient, reject")
                        .set("unverified_recipient_tempfail_action", "defer")
                        .set("unverified_recipient_reject_code", "550").start()) {
            try (SmtpClient client = new SmtpClient(instance.smtpPort())) {
                assertThat(client.reply()).startsWith("220 ");
                assertThat(client.command("EHLO client.example.test")).startsWith("250 ");
                assertThat(client.command("MAIL FROM:<a@example.test>")).startsWith("250 ");
                // By then everybody has started.
                assertThat(client.command("RCPT TO:<joe@discard.test>")).startsWith("554 ");
                for (String queue : new String[]{"incoming", "active"}) {
                    Path directory = instance.queue().resolve(queue);
                    Files.move(directory, folder.resolve(queue));
                    Files.writeString(directory, "in the way");
                }
                for (String address : new String[]{"good@smtp.test", "good@lmtp.test", "joe@pipe.test",
                        "jane@discard.test", "joe@virtual.test", System.getProperty("user.name") + "@localhost"}) {
                    assertThat(client.command("RCPT TO:<" + address + ">"))
                            .isEqualTo("554 5.7.1 <" + address + ">: Recipient address rejected: Access denied");
                }
                assertThat(client.command("RCPT TO:<joe@error.test>")).startsWith("550 5.1.1 ").endsWith(": moved");
                assertThat(client.command("RCPT TO:<joe@later.test>")).startsWith("450 4.1.1 ").endsWith(": asleep");
                assertThat(client.command("RCPT TO:<no.such.user@localhost>")).startsWith("550 5.1.1 ")
                        .endsWith("unknown user: \"no.such.user\"");
            }
            assertThat(smtp.problems()).isEmpty();
            assertThat(lmtp.problems()).isEmpty();
            assertThat(instance.logText()).contains("status=deliverable (delivers to command: /bin/false)",
                    "status=deliverable (discard.test)", "status=deliverable (delivers to maildir)")
                    .doesNotContain("can't create a queue file").doesNotContain("queue file is gone");
        }
    }

    @Test
    void verificationGoesOnWhenAQueueManagerHasDied() throws Exception {
        try (Instance instance = new Instance(folder).set("relay_domains", "relay.test")
                .set("relay_transport", "smtp:[127.0.0.1]:" + Ports.free())
                .set("address_verify_pending_request_limit", "1").set("address_verify_poll_delay", "1s")
                .set("address_verify_poll_count", "60")
                .set("smtpd_recipient_restrictions", "reject_unauth_destination, reject_unverified_recipient")
                .start()) {
            for (ProcessHandle qmgr : instance.daemons("qmgr")) {
                boolean _ = qmgr.destroyForcibly();
            }
            try (SmtpClient client = new SmtpClient(instance.smtpPort())) {
                assertThat(client.reply()).startsWith("220 ");
                assertThat(client.command("EHLO client.example.test")).startsWith("250 ");
                assertThat(client.command("MAIL FROM:<a@example.test>")).startsWith("250 ");
                assertThat(client.command("RCPT TO:<joe@relay.test>")).startsWith("450 4.1.1 ")
                        .endsWith(": Connection refused");
            }
        }
    }

    @Test
    void aUserIsToldByLetterWhatWouldHappen() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start(GOOD.replace("double-bounce", "*"));
                Instance instance = new Instance(folder).set("relay_domains", "relay.test")
                        .set("relay_transport", "smtp:[127.0.0.1]:" + peer.port())
                        .set("content_filter", "smtp:[127.0.0.1]:9").start()) {
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
