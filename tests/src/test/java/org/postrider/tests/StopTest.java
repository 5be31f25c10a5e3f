package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** How the system ends: what has begun may be finished, for a while; who does not come to an end is left, and nothing accepted is lost. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class StopTest {
    private static final String USER = System.getProperty("user.name");
    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    Path folder;

    /** In the middle of its message. */
    private static SmtpClient inData(Instance instance) throws IOException {
        SmtpClient client = new SmtpClient(instance.smtpPort());
        SmtpClient.expect("220", client.reply());
        SmtpClient.expect("250", client.command("EHLO client.example.test"));
        SmtpClient.expect("250", client.command("MAIL FROM:<a@example.test>"));
        SmtpClient.expect("250", client.command("RCPT TO:<" + USER + "@localhost>"));
        SmtpClient.expect("354", client.command("DATA"));
        client.send("Subject: half\r\n\r\n");
        return client;
    }

    @Test
    void aStopWaitsForMessagesThatHaveBegunButNotForEver() throws Exception {
        try (Instance instance = new Instance(folder).start()) {
            List<ProcessHandle> all;
            try (SmtpClient finishes = inData(instance); SmtpClient stalls = inData(instance)) {
                all = instance.master().descendants().toList();
                Instance.signal(instance.master().pid(), "TERM");
                instance.awaitLog("terminating on signal 15");
                assertThat(finishes.command("the rest\r\n.")).startsWith("250 2.0.0 Ok: queued as ");
                assertThat(instance.master().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
                assertThatThrownBy(stalls::reply).isInstanceOf(IOException.class);
            }
            instance.await("all have left", () -> all.stream().noneMatch(ProcessHandle::isAlive));
            assertThatThrownBy(() -> new SmtpClient(instance.smtpPort())).isInstanceOf(IOException.class);
            assertThat(instance.run("", "libexec/master", "-t").status()).isZero();
            instance.startAgain();
            instance.awaitEmptyQueue();
            assertThat(instance.messages(instance.maildir(USER))).hasSize(1);
            assertThat(instance.messages(instance.maildir(USER)).getFirst()).content().endsWith("\n\nthe rest\n");
        }
    }

    @Test
    void anAbortWaitsForNobody() throws Exception {
        try (Instance instance = new Instance(folder)) {
            instance.configure();
            assertThat(instance.run("", "bin/postfix", "start").status()).isZero();
            try (SmtpClient stalls = inData(instance)) {
                assertThat(instance.run("", "bin/postfix", "abort").status()).isZero();
                assertThat(instance.run("", "bin/postfix", "status").status()).isEqualTo(1);
                assertThatThrownBy(stalls::reply).isInstanceOf(IOException.class);
            } finally {
                instance.run("", "bin/postfix", "abort");
            }
            // A stop would have waited for the client before it told the others.
            assertThat(instance.logText()).contains("aborting the Postfix mail system")
                    .doesNotContain("stopping the Postfix mail system");
        }
    }

    /** As by nohup(1), or by a shell that ignores them. */
    @Test
    void signalsCountThoughWhoStartedItIgnoresThem() throws Exception {
        try (Instance instance = new Instance(folder)) {
            instance.configure();
            ProcessBuilder start = instance.command("bin/postfix", "start");
            start.command().addAll(0, List.of("sh", "-c", "trap '' HUP TERM INT; exec \"$0\" \"$@\""));
            assertThat(Instance.outcome(start, "").status()).isZero();
            try {
                assertThat(instance.run("", "bin/postfix", "reload").status()).isZero();
                instance.awaitLog("reload -- version");
            } finally {
                assertThat(instance.run("", "bin/postfix", "stop").status()).isZero();
            }
            assertThat(instance.logText()).contains("terminating on signal 15").doesNotContain("with force");
        }
    }
}
