package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
            assertThat(foreground.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void rotatesTheLogAddsMissingServicesAndSetsModes() throws Exception {
        try (Instance instance = new Instance(folder).masterCf(text -> text.replaceFirst("(?m)^showq .*\\n", ""))
                .set("maillog_file_rotate_suffix", "%Y-rotated").start()) {
            assertThat(status(instance, "logrotate")).isZero();
            assertThat(SmtpClient.deliver(instance.smtpPort(), "a@example.test",
                    System.getProperty("user.name") + "@localhost", "Subject: x\n\nx")).startsWith("250");
            instance.awaitLog("client=");
            try (var files = Files.list(instance.log().getParent())) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .anyMatch(name -> name.matches("mail\\.log\\.20[0-9]{2}-rotated\\.gz"));
            }
            assertThat(instance.run("", "bin/postfix", "upgrade-configuration", "message_size_limit=12345").text())
                    .contains("adding missing entry for showq service");
            assertThat(Files.readString(instance.configuration().resolve("master.cf"))).contains("\nshowq ");
            assertThat(instance.run("", "bin/postconf", "-h", "message_size_limit").text()).isEqualTo("12345\n");
            assertThat(instance.run("", "bin/postfix", "upgrade-configuration").text()).isEmpty();
            Files.setPosixFilePermissions(instance.queue().resolve("deferred"),
                    PosixFilePermissions.fromString("rwxrwxrwx"));
            assertThat(status(instance, "set-permissions")).isZero();
            assertThat(Files.getPosixFilePermissions(instance.queue().resolve("deferred")))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void everyDaemonRunsTheDebuggerCommandAboutItself() throws Exception {
        Path told = folder.resolve("told");
        try (Instance instance = new Instance(folder).set("debugger_command",
                "echo $process_name $process_id >> " + told)) {
            instance.configure();
            assertThat(instance.run("", "bin/postfix", "-D", "start").status()).isZero();
            try {
                instance.await("told of qmgr and pickup", () -> Files.exists(told)
                        && Files.readString(told).matches("(?s).*\\bqmgr [0-9]+\\n.*")
                        && Files.readString(told).matches("(?s).*\\bpickup [0-9]+\\n.*"));
            } finally {
                assertThat(status(instance, "stop")).isZero();
            }
        }
    }

    @Test
    void servicesOfOneProgramCanBeKeptApart() throws Exception {
        int port = Ports.free();
        try (Instance instance = new Instance(folder)
                .service(port + " inet n - n - - smtpd -o process_group=submission").start();
                SmtpClient one = new SmtpClient(instance.smtpPort());
                SmtpClient other = new SmtpClient(port)) {
            SmtpClient.expect("220", one.reply());
            SmtpClient.expect("220", other.reply());
            assertThat(instance.daemons("smtpd")).hasSize(2);
        }
    }

    @Test
    void aSystemThatIsDownSaysSo() throws Exception {
        try (Instance instance = new Instance(folder)) {
            instance.configure();
            Instance.Outcome flush = new Instance.Outcome(69,
                    "postqueue: fatal: Cannot flush mail queue - mail system is down\n");
            assertThat(instance.run("", "bin/postqueue", "-f")).isEqualTo(flush);
            assertThat(instance.run("", "bin/postfix", "flush")).isEqualTo(flush);
            assertThat(instance.run("", "bin/postfix", "check").status()).isZero();
            assertThat(instance.run("Subject: x\n\nx\n", "bin/sendmail", "-i", "b@elsewhere.test").status()).isZero();
            assertThat(instance.run("", "bin/mailq").text())
                    .startsWith(
                            "postqueue: warning: Mail system is down -- accessing queue directly (Connect to the Postfix"
                                    + " showq service: No such file or directory)\n")
                    .contains("b@elsewhere.test").endsWith("in 1 Request.\n");
            assertThat(instance.run("", "bin/postconf", "-d", "daemon_directory").text())
                    .isEqualTo("daemon_directory = " + Instance.IMAGE.resolve("libexec") + "\n");
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
