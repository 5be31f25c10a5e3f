package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;

/** What an administrator lets expire is returned, and not tried (postsuper -e, -f). */
class ForcedExpiryTest extends QueueManagerFixture {
    private QueueId deferred(String reason, String... recipients) throws IOException {
        QueueId id = incoming(recipients);
        directory.move(id, QueueName.INCOMING, QueueName.DEFERRED);
        Files.setPosixFilePermissions(directory.path(QueueName.DEFERRED, id),
                PosixFilePermissions.fromString("rwx--x---"));
        directory.create(QueueName.DEFER);
        Files.writeString(Files.createDirectories(directory.path(QueueName.DEFER, id).getParent())
                .resolve(id.text()), reason);
        return id;
    }

    @Test
    void whatHasWaitedGoesBackForTheReasonItHasWaited() throws IOException {
        QueueId id = deferred("recipient=one@smtp.example\n", "one@smtp.example", "two@smtp.example");
        Path log = directory.path(QueueName.DEFER, id);
        services.reportAnswer = _ -> Files.exists(log);
        start();
        awaitGone(id);
        assertThat(services.deliveries).isEmpty();
        assertThat(services.reports).containsExactly("defer FLUSH " + id);
    }

    @Test
    void withoutAReasonItIsTheAdministrator() throws IOException {
        QueueId id = deferred("", "one@smtp.example", "bad@error.example");
        start();
        awaitGone(id);
        assertThat(services.deliveries).extracting(DeliveryRequest::transport).containsOnly("retry");
        assertThat(services.deliveries).extracting(DeliveryRequest::nexthop)
                .containsOnly("4.7.0 message is administratively expired");
        assertThat(services.deliveries).flatExtracting(DeliveryRequest::recipients).hasSize(2);
        assertThat(services.reports).containsExactly("defer FLUSH " + id);
    }

    @Test
    void theReasonOfAnAttemptThatWasBrokenOffDoesNotCount() throws IOException {
        QueueId id = deferred("recipient=one@smtp.example\n", "one@smtp.example", "two@smtp.example");
        directory.move(id, QueueName.DEFERRED, QueueName.ACTIVE);
        start();
        awaitGone(id);
        assertThat(services.deliveries).extracting(DeliveryRequest::transport).containsOnly("retry");
        assertThat(services.reports).containsExactly("defer FLUSH " + id);
    }

    @Test
    void itStaysWhenNobodyCanBeTold() throws IOException {
        QueueId id = deferred("recipient=one@smtp.example\n", "one@smtp.example");
        services.reportAnswer = _ -> false;
        services.agents.put("smtp", _ -> DeliveryReport.SOME_REMAIN);
        start();
        await().atMost(Duration.ofMinutes(1)).until(() -> !services.reports.isEmpty());
        awaitIn(QueueName.DEFERRED, id);
        assertThat(services.deliveries).isEmpty();
        assertThat(directory.path(QueueName.DEFER, id)).exists();
        services.reportAnswer = _ -> true;
        trigger("AD");
        awaitGone(id);
        assertThat(services.deliveries).isEmpty();
    }
}
