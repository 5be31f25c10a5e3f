package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** postfix(1) against a real master: exit statuses and the lines it logs. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class PostfixCommandTest {
    private static final String NOT_RUNNING = "fatal: the Postfix mail system is not running";

    @TempDir
    Path folder;

    @Test
    void startsInTheBackgroundOnceAndStops() throws Exception {
        try (Instance instance = new Instance(folder)) {
            instance.configure();
            assertThat(status(instance, "status")).isEqualTo(1);
            assertThat(status(instance, "stop")).isEqualTo(1);
            assertThat(status(instance, "reload")).isEqualTo(1);
            assertThat(status(instance, "check")).isZero();
            assertThat(Files.isDirectory(instance.queue().resolve("incoming"))).isTrue();

            assertThat(status(instance, "start")).isZero();
            try {
                assertThat(instance.run("", "libexec/master", "-t").status()).isEqualTo(1);
                assertThat(status(instance, "status")).isZero();
                assertThat(status(instance, "start")).isEqualTo(1);
                assertThat(status(instance, "reload")).isZero();
                instance.awaitLog("reload -- version");
                assertThat(SmtpClient.deliver(instance.smtpPort(), "a@example.test",
                        System.getProperty("user.name") + "@localhost", "Subject: x\n\nx")).startsWith("250");
            } finally {
                assertThat(status(instance, "stop")).isZero();
            }
            assertThat(status(instance, "status")).isEqualTo(1);
            assertThat(instance.count(NOT_RUNNING)).isEqualTo(2);
            assertThat(instance.logText()).contains("postfix/postfix-script[")
                    .contains("fatal: the Postfix mail system is already running")
                    .contains("the Postfix mail system is running: PID: ");
        }
    }

    @Test
    void runsInTheForegroundUnderItsOwnProcessIdAndIsAborted() throws Exception {
        try (Instance instance = new Instance(folder)) {
            instance.configure();
            Process foreground = instance.command("bin/postfix", "start-fg").start();
            instance.awaitLog("daemon started -- version");
            assertThat(Files.readString(instance.queue().resolve("pid/master.pid")))
                    .endsWith(" " + foreground.pid() + "\n");
            assertThat(status(instance, "abort")).isZero();
            assertThat(foreground.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anUnknownCommandAndABadConfigurationAreFatal() throws Exception {
        try (Instance instance = new Instance(folder)) {
            instance.configure();
            assertThat(status(instance, "bogus")).isEqualTo(1);
            instance.awaitLog("fatal: unknown command: 'bogus'. Usage: postfix start (or stop, reload, abort, ");
            Files.writeString(instance.configuration().resolve("master.cf"), "2603 foo n - n - - smtpd\n");
            assertThat(status(instance, "start")).isEqualTo(1);
            instance.awaitLog("bad transport type: foo");
        }
    }

    private static int status(Instance instance, String command) throws IOException, InterruptedException {
        return instance.run("", "bin/postfix", command).status();
    }
}
