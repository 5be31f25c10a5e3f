package org.postrider.common.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.mail.Recipient;

/** Files that Postfix 3.7.11 made, read by us; files that we made, read by the postcat of an installed Postfix. */
@Tag("interop")
class PostfixFilesTest {
    private static final Path POSTCAT = Path.of("/usr/sbin/postcat");

    @TempDir
    Path root;

    private Path sample(String name) throws IOException {
        Path copy = root.resolve(name);
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(name))) {
            Files.copy(in, copy);
        }
        return copy;
    }

    @Test
    void readsADeferredMessageOfPostfix() throws IOException {
        try (QueueFile file = QueueFile.open(sample("postfix-deferred"))) {
            Envelope envelope = file.envelope();
            assertThat(envelope.sender()).isEqualTo("sender@example.com");
            assertThat(envelope.attribute("envelope_id")).isEqualTo("abc123");
            assertThat(envelope.number("ret_flags")).isEqualTo(2);
            assertThat(envelope.created()).isEqualTo(Instant.ofEpochSecond(1_795_241_321L));
            List<Recipient> recipients = file.recipients(0, 100).recipients();
            assertThat(recipients).containsExactly(
                    new Recipient(721, "one@example.net", "one@example.net", "rfc822;orig+one@example.net", 6),
                    new Recipient(793, "two@example.net", "two@example.net", "rfc822;two@example.net", 0),
                    new Recipient(4189, "archive@example.org", "archive@example.org", "", 1));
            String content = new String(file.contentStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(content).startsWith("Received: from client.example").endsWith("\nbye\n")
                    .contains("\n" + "x".repeat(3000) + "\n");
        }
    }

    @Test
    void readsADroppedMessageOfPostfix() throws IOException {
        try (QueueFile file = QueueFile.open(sample("postfix-maildrop"))) {
            assertThat(file.size()).isEqualTo(MessageSize.UNKNOWN);
            assertThat(file.envelope().sender()).isEqualTo("root@example.com");
            assertThat(file.recipients(0, 10).recipients()).extracting(Recipient::address)
                    .containsExactly("four@example.net");
            assertThat(new String(file.contentStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .isEqualTo("Subject: drop\n\nhi\n");
        }
    }

    @Test
    void postcatReadsOurs() throws Exception {
        assumeTrue(Files.isExecutable(POSTCAT), "no Postfix installed");
        Path config = Files.createDirectory(root.resolve("etc"));
        Files.writeString(config.resolve("main.cf"),
                "compatibility_level = 3.6\nmyhostname = mx.example.com\ninet_interfaces = 127.0.0.1\n"
                        + "queue_directory = " + root + "\n");
        QueueDirectory directory = new QueueDirectory(root, Set.of(), 1);
        QueueId id = SampleMessage.write(directory, QueueName.ACTIVE, InstantSource.system(), "sender@example.com",
                List.of("one@example.net", "two@example.net"), List.of("Subject: x", "", "y".repeat(3000), "end"));
        Path path = directory.path(QueueName.ACTIVE, id);
        Process process = new ProcessBuilder(POSTCAT.toString(), "-c", config.toString(), path.toString())
                .redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).startsWith("*** ENVELOPE RECORDS " + path + " ***\nmessage_size: ")
                .contains("\nsender: sender@example.com\n", "\nnamed_attribute: notify_flags=2\n",
                        "\nrecipient: two@example.net\n", "\n" + "y".repeat(3000) + "\nend\n")
                .endsWith("*** MESSAGE FILE END " + path + " ***\n");
    }
}
