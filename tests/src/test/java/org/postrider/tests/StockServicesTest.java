package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Every service of the stock master.cf has its listener, and starts when somebody connects. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class StockServicesTest {
    @TempDir
    Path folder;

    private record Entry(Path socket, String type, String program) {}

    private static List<Entry> entries(Instance instance) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (String line : Files.readAllLines(instance.configuration().resolve("master.cf"))) {
            String[] columns = line.split("\\s+");
            if (columns.length > 7 && !line.startsWith("#") && !line.startsWith(" ")) {
                String folder = columns[2].equals("n") ? "public" : "private";
                entries.add(new Entry(instance.queue().resolve(folder).resolve(columns[0]), columns[1], columns[7]));
            }
        }
        return entries;
    }

    @Test
    void allAreThereAndServeOnDemand() throws Exception {
        try (Instance instance = new Instance(folder).start()) {
            List<Entry> entries = entries(instance);
            assertThat(entries).extracting(Entry::type).contains("inet", "unix", "unix-dgram");
            assertThat(entries).hasSizeGreaterThan(25).filteredOn(entry -> !entry.type().equals("inet"))
                    .allSatisfy(entry -> assertThat(entry.socket()).exists());
            List<SocketChannel> clients = new ArrayList<>();
            try (SmtpClient client = new SmtpClient(instance.smtpPort())) {
                SmtpClient.expect("220", client.reply());
                for (Entry entry : entries) {
                    if (entry.type().equals("unix")) {
                        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                        clients.add(channel);
                        assertThat(channel.connect(UnixDomainSocketAddress.of(entry.socket()))).isTrue();
                    }
                }
                for (String program : List.of("smtpd", "pickup", "cleanup", "qmgr", "trivial-rewrite", "bounce",
                        "proxymap",
                        "smtp", "local", "virtual", "postlogd")) {
                    instance.await(program + " runs", () -> !instance.daemons(program).isEmpty());
                }
            } finally {
                for (SocketChannel client : clients) {
                    client.close();
                }
            }
            assertThat(SmtpClient.deliver(instance.smtpPort(), "a@example.test",
                    System.getProperty("user.name") + "@localhost", "Subject: x\n\ny")).startsWith("250");
            instance.awaitEmptyQueue();
            assertThat(instance.logText()).doesNotContain("fatal:", "panic:", "throttling", "unexpected failure");
        }
    }
}
