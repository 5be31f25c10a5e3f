package org.postrider.pickup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.Parameters;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.queue.MessageSize;
import org.postrider.common.queue.RecordReader;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;
import org.postrider.common.testing.DaemonHarness;
import org.postrider.common.wire.Connection;

/** What {@code postsuper -r} has put into maildrop. */
class RequeuedMailTest {
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

    @Test
    void whatTheSenderAskedForHoldsStill(@TempDir Path root) throws Exception {
        int options = DeliveryRequest.REQUIRE_TLS | DeliveryRequest.SMTPUTF8 | DeliveryRequest.TLS_NOT_REQUIRED;
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        new RecordWriter(file).write(RecordType.SIZE, new MessageSize(1, 2, 1, 0, 1, options).format())
                .write(RecordType.SENDER, "me@example.com").write(RecordType.RECIPIENT, "joe@example.com")
                .write(RecordType.MESSAGE).write(RecordType.TEXT, "Subject: x").write(RecordType.EXTRACTED)
                .write(RecordType.END).flush();
        try (DaemonHarness harness = new DaemonHarness(root)) {
            harness.fake("public/cleanup", this::cleanup);
            Submission submission = new Submission(PickupSettings.of(Parameters.of(Map.of())),
                    new CleanupClient(harness.client("public/cleanup")), Instant::now);
            for (boolean trusted : new boolean[]{true, false}) {
                Origin origin = new Origin(1, trusted, "", Instant.now(), _ -> Optional.empty());
                assertThat(submission.submit(new RecordReader(new ByteArrayInputStream(file.toByteArray())), origin,
                        false).succeeded()).isTrue();
            }
        }
        // Only the mail system's own file is believed, and what is said in the header is found there again.
        assertThat(records.stream().filter(record -> record.startsWith("" + (char) RecordType.FLAGS.letter())))
                .containsExactly((char) RecordType.FLAGS.letter() + ""
                        + (CleanupClient.REQUIRE_TLS | CleanupClient.SMTPUTF8));
    }
}
