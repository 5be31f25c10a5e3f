package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Poll;
import org.postrider.common.posix.PosixException;
import org.postrider.common.posix.Sockets;

/** Where log lines go besides a file: the system's log, and the standard output of a container. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class LogDestinationsTest {
    private static final String USER = System.getProperty("user.name");
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int LARGEST = 1 << 16;
    /** A /dev with little in it, seen by one process and its children only. */
    private static final String OWN_DEV = "mount -t tmpfs tmpfs /dev && mknod -m 666 /dev/null c 1 3"
            + " && mknod -m 666 /dev/random c 1 8 && mknod -m 666 /dev/urandom c 1 9 && ln -s /proc/self/fd /dev/fd"
            + " && ln -s %s /dev/log && exec \"$0\" \"$@\"";

    @TempDir
    Path folder;

    private static void deliver(Instance instance) throws IOException {
        instance.await("it listens", () -> {
            try (SmtpClient client = new SmtpClient(instance.smtpPort())) {
                return client.reply().startsWith("220");
            } catch (IOException _) {
                return false;
            }
        });
        assertThat(SmtpClient.deliver(instance.smtpPort(), "a@example.test", USER + "@localhost", "Subject: x\n\ny"))
                .startsWith("250");
        instance.awaitEmptyQueue();
    }

    @Test
    void standardOutputOfAContainer() throws Exception {
        Path output = folder.resolve("output");
        try (Instance instance = new Instance(folder).set("maillog_file", "/dev/stdout")
                .set("maillog_file_prefixes", "/dev/stdout")) {
            instance.configure();
            Process container = instance.command("bin/postfix", "start-fg").redirectOutput(output.toFile())
                    .redirectError(folder.resolve("errors").toFile()).start();
            try {
                deliver(instance);
                instance.await("the whole story", () -> Files.readString(output).contains(": removed\n"));
                assertThat(instance.run("", "bin/postlog", "said", "aside")).isEqualTo(new Instance.Outcome(0, ""));
                assertThat(instance.run("", "bin/postfix", "reload")).isEqualTo(new Instance.Outcome(0, ""));
                instance.await("commands write there, too",
                        () -> Files.readString(output).contains("]: said aside\n")
                                && Files.readString(output).contains("refreshing the Postfix mail system"));
            } finally {
                Instance.signal(container.pid(), "TERM");
                assertThat(container.waitFor()).isZero();
            }
        }
        String stamp = "(?m)^[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d mail postfix/";
        for (String line : List.of("master\\[\\d+\\]: daemon started -- version", "smtpd\\[\\d+\\]: connect from ",
                "cleanup\\[\\d+\\]: [0-9A-F]+: message-id=<", "qmgr\\[\\d+\\]: [0-9A-F]+: from=<a@example.test>, size=",
                "local\\[\\d+\\]: [0-9A-F]+: to=<.*status=sent", "master\\[\\d+\\]: terminating on signal 15")) {
            assertThat(Files.readString(output)).containsPattern(stamp + line);
        }
        assertThat(folder.resolve("errors")).isEmptyFile();
    }

    /** Lines of syslog(3): the number in front is facility and severity. */
    @Test
    void theLogOfTheSystem() throws Exception {
        assumeTrue(Instance.canMount(), "SKIPPED, CANNOT MOUNT: the system's log was not tried");
        Path socket = folder.resolve("devlog");
        int log = Sockets.bindDatagram(socket);
        try (Instance instance = new Instance(folder).set("maillog_file", "").set("syslog_facility", "local3")) {
            instance.configure();
            ProcessBuilder plain = instance.command("libexec/master", "-d");
            List<String> line = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", OWN_DEV.formatted(socket)));
            line.addAll(plain.command());
            Process master = plain.command(line).redirectErrorStream(true)
                    .redirectOutput(folder.resolve("output").toFile()).start();
            List<String> lines = new ArrayList<>();
            try {
                assertThat(next(log, lines, "daemon started -- version"))
                        .matches(
                                "<158>[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d postfix/master\\[\\d+\\]: daemon.*");
                deliver(instance);
                assertThat(next(log, lines, "status=sent")).startsWith("<158>").contains(" postfix/local[");
                assertThat(next(log, lines, ": removed")).startsWith("<158>").contains(" postfix/qmgr[");
                assertThat(lines)
                        .anyMatch(each -> each.contains(" postfix/smtpd[") && each.contains("]: connect from"));
                instance.set("mail_owner", "nosuchuser").configure();
                Instance.signal(master.pid(), "HUP");
                assertThat(next(log, lines, "nosuchuser")).as("a severity of its own").matches("<15[4-7]>.*");
            } finally {
                Instance.signal(master.pid(), "TERM");
                assertThat(master.waitFor()).isZero();
            }
        } finally {
            Descriptors.close(log);
        }
    }

    /** The line with this text, now or when it comes. */
    private static String next(int socket, List<String> lines, String text) throws PosixException {
        byte[] buffer = new byte[LARGEST];
        while (lines.stream().noneMatch(line -> line.contains(text))) {
            assertThat(Poll.await(new int[]{socket}, new int[]{Poll.READABLE}, PATIENCE_MILLIS)[0])
                    .as("%s in %s", text, lines).isNotZero();
            int length = Descriptors.read(socket, buffer);
            lines.add(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
        }
        return lines.stream().filter(line -> line.contains(text)).findFirst().orElseThrow();
    }
}
