package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.Parameters;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.queue.RecordReader;
import org.postrider.common.queue.RecordType;
import org.postrider.common.testing.DaemonHarness;

/** {@code sendmail -bs} with pickup played by the test. */
class StandAloneTest {
    private static String session(Path queue, String commands) throws IOException {
        Parameters parameters = Parameters
                .of(Map.of("queue_directory", queue.toString(), "myhostname", "mail.example.com"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StandAlone.run(parameters, new ByteArrayInputStream(commands.getBytes(StandardCharsets.ISO_8859_1)), out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void submitsWhatIsPipedIn(@TempDir Path directory) throws IOException {
        List<String> content = new CopyOnWriteArrayList<>();
        try (DaemonHarness harness = new DaemonHarness(directory)) {
            harness.fake("public/postdrop", connection -> {
                RecordReader reader = new RecordReader(connection.in());
                while (reader.next() && reader.type() != RecordType.END) {
                    content.add((char) reader.type().letter() + reader.text());
                }
                new CleanupStatus(CleanupStatus.OK, "", "4711").toAttributes().write(connection.out());
                connection.out().flush();
            });
            String said = session(directory, """
                    HELO me
                    MAIL FROM:<a@b.c>
                    RCPT TO:<anybody@elsewhere.example>
                    DATA
                    Subject: x

                    body
                    .
                    QUIT
                    """.replace("\n", "\r\n"));
            assertThat(said).contains("250 2.1.5 Ok", "250 2.0.0 Ok: queued as 4711", "221 2.0.0 Bye");
            assertThat(content).contains("Sa@b.c", "Ranybody@elsewhere.example", "Nbody");
        }
    }

    @Test
    void saysTryAgainWhileTheSystemIsDown(@TempDir Path directory) throws IOException {
        assertThat(session(directory, "HELO me\nMAIL FROM:<a@b.c>\nRCPT TO:<x@y.z>\nQUIT\n"))
                .contains("451 4.3.0 Error: queue file write error");
    }
}
