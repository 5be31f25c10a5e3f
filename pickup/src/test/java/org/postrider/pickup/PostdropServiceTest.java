package org.postrider.pickup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.posix.Identity;
import org.postrider.common.queue.RecordReader;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;
import org.postrider.common.testing.DaemonHarness;
import org.postrider.common.testing.LogLines;
import org.postrider.common.wire.Connection;

/** The service on a real socket, with a cleanup that the test plays. */
class PostdropServiceTest {
    @TempDir
    private Path root;

    private final List<String> records = Collections.synchronizedList(new ArrayList<>());

    private void cleanup(Connection connection) throws IOException {
        while (Attributes.readIfAny(connection.in()).isPresent()) {
            new Attributes().put("queue_id", "4MAIL").write(connection.out());
            connection.out().flush();
            RecordReader reader = new RecordReader(connection.in());
            while (reader.next() && reader.type() != RecordType.END) {
                records.add((char) reader.type().letter() + reader.text());
            }
            new CleanupStatus(0, "", "4MAIL").toAttributes().write(connection.out());
            connection.out().flush();
        }
    }

    private CleanupStatus submit(String sender, String... settings) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(root)) {
            for (int i = 0; i < settings.length; i += 2) {
                harness.set(settings[i], settings[i + 1]);
            }
            harness.fake("public/cleanup", this::cleanup);
            harness.start(new Pickup(), "postdrop", "public/postdrop");
            try (ServiceClient client = harness.client("public/postdrop");
                    ServiceClient.Lease lease = client.lease()) {
                OutputStream out = lease.connection().out();
                new RecordWriter(out).write(RecordType.SENDER, sender).write(RecordType.RECIPIENT, "joe@example.com")
                        .write(RecordType.MESSAGE).write(RecordType.TEXT, "Subject: x").write(RecordType.EXTRACTED)
                        .write(RecordType.END).flush();
                return CleanupStatus.fromAttributes(Attributes.read(lease.connection().in()));
            }
        }
    }

    @Test
    void aMessageGoesToCleanupWithItsOrigin() throws IOException {
        assertThat(submit("me@example.com").succeeded()).isTrue();
        assertThat(records).contains("Sme@example.com", "Alog_message_origin=local", "Rjoe@example.com",
                "NReceived: by mail.example.com (Postrider, from userid " + Identity.uid() + ")", "NSubject: x");
    }

    @Test
    void theSenderIsLoggedInTheFormThatIsWanted() throws IOException {
        try (LogLines log = new LogLines("org.postrider.pickup")) {
            submit("joe user@example.com");
            submit("joe user@example.com", "info_log_address_format", "internal");
            assertThat(log.lines()).containsExactly("4MAIL: uid=" + Identity.uid() + " from=<\"joe user\"@example.com>",
                    "4MAIL: uid=" + Identity.uid() + " from=<joe user@example.com>");
        }
    }

    @Test
    void aSenderThatTheUserMayNotGiveIsRefused() throws IOException {
        CleanupStatus status = submit("other@example.com", "local_login_sender_maps", "static:me@example.com");
        assertThat(status.bits()).isEqualTo(CleanupStatus.NOT_PERMITTED);
        assertThat(status.reason()).isEqualTo(
                "other@example.com(" + Identity.uid() + "): not authorized to use sender='other@example.com'");
        assertThat(submit("me@example.com", "local_login_sender_maps", "static:me@example.com").succeeded()).isTrue();
    }
}
