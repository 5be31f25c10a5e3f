package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.posix.Identity;

/** Mail goes on to other servers, and comes from them. (GreenMail: {@link RelayTest}.) */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class NextHopTest {
    @TempDir
    Path folder;

    @Test
    void smtpSinkGetsEveryMessageOnce() throws Exception {
        Prerequisites.programs(NextHopTest.class, "smtp-sink", "smtp-source");
        int port = Ports.free();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        List<String> command = new ArrayList<>(List.of("smtp-sink", "-D", folder.resolve("sunk").toString()));
        if (Identity.effectiveUid() == 0) {
            Prerequisites.rootMode(NextHopTest.class);
            command.addAll(List.of("-u", "postfix"));
        }
        command.addAll(List.of("127.0.0.1:" + port, "100"));
        Process sink = new ProcessBuilder(command).inheritIO().start();
        try (Instance instance = new Instance(folder).set("relayhost", "[127.0.0.1]:" + port).start()) {
            instance.await("smtp-sink listens", () -> listens(port));
            Instance.Outcome outcome = Instance.outcome(new ProcessBuilder("smtp-source", "-s", "4", "-m", "40", "-f",
                    "a@example.test", "-t", "b@elsewhere.test", "127.0.0.1:" + instance.smtpPort()), "");
            assertThat(outcome).isEqualTo(new Instance.Outcome(0, ""));
            instance.awaitEmptyQueue();
            assertThat(instance.count("status=sent (250 2.0.0 Ok)")).isEqualTo(40);
        } finally {
            sink.destroy();
        }
        assertThat(sink.waitFor()).isNotNegative();
        try (var lines = Files.lines(folder.resolve("sunk"))) {
            assertThat(lines.filter(line -> line.startsWith("X-Rcpt-Args: <b@elsewhere.test>")).count()).isEqualTo(40);
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void postfixTakesOurMailAndWeTakeIts() throws Exception {
        RealPostfix.needs(NextHopTest.class);
        Instance instance = Instance.asRoot(folder);
        try (instance; RealPostfix real = new RealPostfix(folder.resolve("real"), folder.resolve("real/spool"))) {
            instance.set("relayhost", "[127.0.0.1]:" + real.smtpPort()).start();
            real.set("relayhost", "[127.0.0.1]:" + instance.smtpPort()).start();
            String body = "Subject: there\n\n.a dot\n" + "x".repeat(900) + "\nlast\n";
            assertThat(instance.run(body, "bin/sendmail", "-i", "-f", "a@example.test", "-N", "success,failure",
                    "daemon@real.example.test").status()).isZero();
            instance.await("Postfix has delivered", () -> instance.messages(real.maildir("daemon")).size() == 1);
            assertThat(Files.readString(instance.messages(real.maildir("daemon")).getFirst()))
                    .contains("by mail.example.test (Postrider").contains("by real.example.test (Postfix)")
                    .endsWith("\n\n.a dot\n" + "x".repeat(900) + "\nlast\n");
            instance.awaitLog("status=sent");
            assertThat(instance.logText()).containsPattern(
                    "relay=127\\.0\\.0\\.1\\[127\\.0\\.0\\.1\\]:" + real.smtpPort() + ", .*dsn=2\\.0\\.0, status=sent "
                            + "\\(250 2\\.0\\.0 Ok: queued as ");

            real.input(body, "sendmail", "-i", "-f", "a@example.test", "daemon@mail.example.test");
            instance.await("delivered", () -> instance.messages(instance.maildir("daemon")).size() == 1);
            assertThat(Files.readString(instance.messages(instance.maildir("daemon")).getFirst()))
                    .contains("by real.example.test (Postfix").endsWith("x".repeat(900) + "\nlast\n");
            instance.await("Postfix has logged it", () -> real.logText().contains("status=sent"));
            assertThat(real.logText()).containsPattern("status=sent \\(250 2\\.0\\.0 Ok: queued as [0-9A-Z]+\\)");
        }
    }
}
