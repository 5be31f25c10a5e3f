package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Many sessions in one process, and a message larger than every heap; the launchers give each daemon 64 MB. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class CapacityTest {
    private static final int SESSIONS = 1000;
    private static final long LARGE = Long.getLong("postrider.large.bytes", 1024L * 1024 * 1024);

    @TempDir
    Path folder;

    @Test
    void aThousandSessionsAtOnce() throws Exception {
        String user = System.getProperty("user.name");
        // Above a thousand smtpd would get more memory. At the limit there is stress, whose shorter times are not the point.
        try (Instance instance = new Instance(folder).set("default_process_limit", Integer.toString(SESSIONS))
                .set("smtpd_timeout", "300s").set("smtpd_client_connection_count_limit", "0").start()) {
            List<SmtpClient> clients = new ArrayList<>();
            try {
                for (int i = 0; i < SESSIONS; i++) {
                    clients.add(new SmtpClient(instance.smtpPort()));
                }
                for (SmtpClient client : clients) {
                    SmtpClient.expect("220", client.reply());
                    SmtpClient.expect("250", client.command("EHLO many.example.test"));
                }
                assertThat(instance.daemons("smtpd")).hasSize(1);
                for (SmtpClient client : clients) {
                    SmtpClient.expect("250", client.command("MAIL FROM:<a@example.test>"));
                    SmtpClient.expect("250", client.command("RCPT TO:<" + user + "@localhost>"));
                }
                for (SmtpClient client : clients) {
                    SmtpClient.expect("354", client.command("DATA"));
                }
                for (SmtpClient client : clients) {
                    SmtpClient.expect("250", client.command("Subject: one of many\r\n\r\ntext\r\n."));
                }
            } finally {
                for (SmtpClient client : clients) {
                    client.close();
                }
            }
            instance.await("all delivered", () -> instance.messages(instance.maildir(user)).size() == SESSIONS);
            assertThat(instance.daemons("smtpd")).hasSize(1);
            heapsAreSmall(instance);
        }
    }

    @Test
    void aMessageLargerThanEveryHeap() throws Exception {
        String user = System.getProperty("user.name");
        try (Instance far = new Instance(Files.createDirectory(folder.resolve("far"))).set("message_size_limit", "0")
                .set("mailbox_size_limit", "0").set("mydestination", "far.example.test").start();
                Instance near = new Instance(Files.createDirectory(folder.resolve("near")))
                        .set("message_size_limit", "0")
                        .set("mailbox_size_limit", "0").set("relayhost", "[127.0.0.1]:" + far.smtpPort()).start();
                SmtpClient client = new SmtpClient(near.smtpPort())) {
            SmtpClient.expect("220", client.reply());
            SmtpClient.expect("250", client.command("EHLO large.example.test"));
            SmtpClient.expect("250", client.command("MAIL FROM:<a@example.test>"));
            SmtpClient.expect("250", client.command("RCPT TO:<" + user + "@far.example.test>"));
            SmtpClient.expect("354", client.command("DATA"));
            byte[] line = ("x".repeat(76) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
            OutputStream out = new BufferedOutputStream(client.socket().getOutputStream(), 1 << 16);
            out.write("Subject: large\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            for (long sent = 0; sent < LARGE; sent += line.length) {
                out.write(line);
            }
            out.flush();
            SmtpClient.expect("250", client.command("."));
            near.awaitEmptyQueue();
            near.awaitLog("status=sent");
            far.await("delivered", () -> far.messages(far.maildir(user)).size() == 1);
            assertThat(Files.size(far.messages(far.maildir(user)).getFirst())).isGreaterThan(LARGE / 78 * 77);
            heapsAreSmall(near);
            heapsAreSmall(far);
        }
    }

    /** The command lines of master and all daemons say how much heap each may have. */
    private static void heapsAreSmall(Instance instance) throws IOException {
        List<ProcessHandle> all = new ArrayList<>(instance.master().descendants().toList());
        all.add(instance.master().toHandle());
        assertThat(all).hasSizeGreaterThan(4);
        for (ProcessHandle process : all) {
            assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).split("\0"))
                    .filteredOn(option -> option.startsWith("-Xmx")).containsExactly("-Xmx64m");
        }
    }
}
