package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Local submission while the mail system is down, as root and as anybody else. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class DownSystemTest {
    private static final String MESSAGE = "Subject: x\n\nwritten while it was down\n";

    @TempDir
    Path folder;

    @BeforeAll
    static void needs() throws IOException {
        Prerequisites.rootMode(DownSystemTest.class);
    }

    @Test
    void rootQueuesAndOthersAreToldToComeBack() throws Exception {
        try (Instance instance = Instance.asRoot(folder)) {
            instance.configure();
            assertThat(instance.run("", "bin/postfix", "check").status()).isZero();
            Instance.Outcome refused = new Instance.Outcome(75,
                    "sendmail: fatal: the mail system is down (No such file or directory) and only the super-user can"
                            + " queue mail meanwhile; message not queued\n");
            assertThat(instance.runAs("nobody", MESSAGE, "bin/sendmail", "-i", "daemon")).isEqualTo(refused);
            assertThat(instance.run(MESSAGE, "bin/sendmail", "-i", "daemon")).isEqualTo(new Instance.Outcome(0,
                    "sendmail: warning: the mail system is down -- message queued until it is started\n"));
            assertThat(instance.queued("maildrop")).hasSize(1);

            instance.start();
            instance.await("delivered", () -> instance.messages(instance.maildir("daemon")).size() == 1);
            assertThat(instance.messages(instance.maildir("daemon")).getFirst()).content().endsWith("it was down\n");
            assertThat(instance.runAs("nobody", MESSAGE, "bin/sendmail", "-i", "daemon").status()).isZero();
            instance.await("delivered", () -> instance.messages(instance.maildir("daemon")).size() == 2);
            assertThat(instance.runAs("nobody", MESSAGE, "bin/sendmail", "-t").status()).isEqualTo(75);
            instance.await("a user's mistake is in the log",
                    () -> instance.logText().matches("(?s).*\\n\\S+ +\\d+ \\S+ mail"
                            + " postfix/sendmail\\[\\d+]: fatal: nobody\\(65534\\): No recipient addresses found in message"
                            + " header\\n.*"));
            instance.killMaster();

            // The sockets of a master that was killed are still there.
            assertThat(instance.runAs("nobody", MESSAGE, "bin/sendmail", "-i", "daemon").text())
                    .startsWith("sendmail: fatal: the mail system is down (Connection refused) and only");
            assertThat(instance.run(MESSAGE, "bin/sendmail", "-i", "daemon").status()).isZero();
            assertThat(instance.queued("maildrop")).hasSize(1);
            instance.startAgain();
            instance.await("delivered", () -> instance.messages(instance.maildir("daemon")).size() == 3);
            instance.await("gone", () -> instance.queued("maildrop").isEmpty());
        }
    }
}
