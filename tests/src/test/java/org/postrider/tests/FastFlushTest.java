package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** ETRN (RFC 1985), postqueue -s and -i: what waits for one site is delivered when that site is asked for, and nothing else. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class FastFlushTest {
    @TempDir
    Path folder;

    @Test
    void onlyTheSiteThatIsAskedForGetsItsMail() throws Exception {
        ServerSetup there = new ServerSetup(Ports.free(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP);
        GreenMail host = new GreenMail(there);
        try (Instance instance = new Instance(folder).set("relayhost", "[127.0.0.1]:" + there.getPort())
                .set("fast_flush_domains", "one.test two.test").set("defer_transports", "smtp").start()) {
            String one = deliver(instance, "a@one.test");
            String two = deliver(instance, "b@two.test");
            String three = deliver(instance, "c@three.test");
            instance.await("all wait", () -> instance.queued("deferred").size() == 3);
            host.start();

            try (SmtpClient client = new SmtpClient(instance.smtpPort())) {
                assertThat(client.reply()).startsWith("220 ");
                assertThat(client.command("EHLO client.example.test")).startsWith("250 ");
                assertThat(client.command("ETRN three.test")).isEqualTo("459 <three.test>: service unavailable");
                assertThat(client.command("ETRN one.test")).isEqualTo("250 Queuing started");
                assertThat(client.command("QUIT")).startsWith("221 ");
            }
            instance.awaitLog(one + ": removed");
            assertThat(instance.logText()).contains("warning: reject: ETRN three.test... from localhost[127.0.0.1]");

            assertThat(instance.run("", "bin/postqueue", "-s", "three.test")).isEqualTo(new Instance.Outcome(69,
                    "postqueue: fatal: Flush service is not configured for destination \"three.test\"\n"));
            assertThat(instance.run("", "bin/postqueue", "-s", "192.0.2.1")).isEqualTo(new Instance.Outcome(69,
                    "postqueue: fatal: Cannot flush mail queue - invalid destination: \"192.0.2.1\"\n"));
            assertThat(instance.run("", "bin/sendmail", "-qRtwo.test").status()).isZero();
            instance.awaitLog(two + ": removed");

            assertThat(instance.queued("deferred")).extracting(path -> path.getFileName().toString())
                    .containsExactly(three);
            assertThat(instance.run("", "bin/postqueue", "-i", three).status()).isZero();
            instance.awaitLog(three + ": removed");
            assertThat(host.getReceivedMessages()).hasSize(3);
        } finally {
            host.stop();
        }
    }

    private static String deliver(Instance instance, String recipient) throws Exception {
        String reply = SmtpClient.deliver(instance.smtpPort(), "a@example.test", recipient, "Subject: x\n\ny");
        return reply.substring(reply.lastIndexOf(' ') + 1);
    }
}
