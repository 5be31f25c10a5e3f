package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What is relayed arrives at another SMTP host, and is read back there by IMAP. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class RelayTest {
    @TempDir
    Path folder;

    @Test
    void relayedMailIsReadByImap() throws Exception {
        ServerSetup smtp = new ServerSetup(Ports.free(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP);
        ServerSetup imap = new ServerSetup(Ports.free(), "127.0.0.1", ServerSetup.PROTOCOL_IMAP);
        GreenMail host = new GreenMail(new ServerSetup[]{smtp, imap});
        host.setUser("reader@elsewhere.test", "reader", "secret");
        host.start();
        try (Instance instance = new Instance(folder).set("relayhost", "[127.0.0.1]:" + smtp.getPort()).start()) {
            String reply = SmtpClient.deliver(instance.smtpPort(), "a@example.test", "reader@elsewhere.test",
                    "Subject: relayed\n\nfar away");
            assertThat(reply).startsWith("250 2.0.0 Ok: queued as ");
            assertThat(host.waitForIncomingEmail(60_000, 1)).isTrue();
            instance.awaitEmptyQueue();
            assertThat(instance.logText()).containsPattern(
                    "postfix/smtp\\[\\d+\\]: [0-9A-Z]+: to=<reader@elsewhere.test>, relay=127\\.0\\.0\\.1\\[127\\.0\\.0\\.1\\]:"
                            + smtp.getPort() + ", delay=[0-9.]+, delays=\\S+, dsn=2\\.0\\.0, status=sent \\(250 ");
            Session session = Session.getInstance(new Properties());
            try (Store store = session.getStore("imap")) {
                store.connect("127.0.0.1", imap.getPort(), "reader", "secret");
                Folder inbox = store.getFolder("INBOX");
                inbox.open(Folder.READ_ONLY);
                Message message = inbox.getMessage(1);
                assertThat(message.getSubject()).isEqualTo("relayed");
                assertThat(message.getContent().toString().trim()).isEqualTo("far away");
                inbox.close(false);
            }
        } finally {
            host.stop();
        }
    }

    @Test
    void aHostThatIsDownDefersAndAFlushTriesAgain() throws Exception {
        int port = Ports.free();
        try (Instance instance = new Instance(folder).set("relayhost", "[127.0.0.1]:" + port).start()) {
            String reply = SmtpClient.deliver(instance.smtpPort(), "a@example.test", "b@elsewhere.test",
                    "Subject: x\n\ny");
            String id = reply.substring(reply.lastIndexOf(' ') + 1);
            instance.awaitLog("connect to 127.0.0.1[127.0.0.1]:" + port + ": Connection refused");
            instance.await("deferred", () -> instance.queued("deferred").size() == 1);
            assertThat(instance.run("", "bin/mailq").text()).contains(id).contains("Connection refused")
                    .contains("b@elsewhere.test").endsWith("in 1 Request.\n");
            GreenMail host = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
            host.start();
            try {
                assertThat(instance.run("", "bin/postqueue", "-f").status()).isZero();
                assertThat(host.waitForIncomingEmail(60_000, 1)).isTrue();
                instance.awaitEmptyQueue();
            } finally {
                host.stop();
            }
        }
    }

    @Test
    void whatCanNotBeDeliveredComesBack() throws Exception {
        try (Instance instance = new Instance(folder).set("local_recipient_maps", "").start()) {
            String user = System.getProperty("user.name");
            String reply = SmtpClient.deliver(instance.smtpPort(), user + "@localhost",
                    "no-such-user@mail.example.test",
                    "Subject: lost\n\nbody");
            String id = reply.substring(reply.lastIndexOf(' ') + 1);
            instance.awaitLog("sender non-delivery notification: ");
            instance.await("notice", () -> instance.messages(instance.maildir(user)).size() == 1);
            String notice = java.nio.file.Files.readString(instance.messages(instance.maildir(user)).getFirst());
            assertThat(notice).contains("Return-Path: <>")
                    .contains("Content-Type: multipart/report; report-type=delivery-status")
                    .contains("Final-Recipient: rfc822; no-such-user@mail.example.test").contains("Action: failed")
                    .contains("Status: 5.1.1").contains("Subject: lost");
            assertThat(instance.logText()).contains(id + ": to=<no-such-user@mail.example.test>")
                    .contains("dsn=5.1.1, status=bounced (unknown user: \"no-such-user\")");
            instance.awaitEmptyQueue();
        }
    }
}
