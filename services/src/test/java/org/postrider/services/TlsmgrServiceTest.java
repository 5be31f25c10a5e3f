package org.postrider.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.daemon.Service;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.ipc.TicketKeysRequest;
import org.postrider.common.testing.DaemonHarness;
import org.postrider.common.wire.TicketKeys;

class TlsmgrServiceTest {
    @TempDir
    private Path root;

    private static TicketKeys ask(ServiceClient client) throws IOException {
        return TicketKeysRequest.fromAnswer(client.call(TicketKeysRequest.toAttributes()));
    }

    @Test
    void everybodyHearsTheSameKeysBeforeAndAfterAReload() throws IOException {
        try (DaemonHarness harness = new DaemonHarness(root)) {
            Service service = new Services().open(harness.context("tlsmgr", "tlsmgr", "unix"), Optional.empty());
            assertThat(service.mayLeave()).isTrue();
            harness.fake("private/tlsmgr", service::converse);
            Service next = new Services().open(harness.context("tlsmgr", "tlsmgr", "unix"), Optional.of(service));
            harness.fake("private/next", next::converse);
            try (ServiceClient client = harness.client("private/tlsmgr");
                    ServiceClient other = harness.client("private/next")) {
                TicketKeys keys = ask(client);
                assertThat(keys.keys()).hasSize(1);
                assertThat(keys.fresh().toMinutes()).isBetween(59L, 60L);
                assertThat(ask(other).keys()).isEqualTo(keys.keys());
                assertThat(service.mayLeave()).isFalse();
            }
        }
    }

    @Test
    void whoAsksForOtherThingsIsLetGo() throws IOException {
        try (DaemonHarness harness = new DaemonHarness(root)) {
            Service service = new Services().open(harness.context("tlsmgr", "tlsmgr", "unix"), Optional.empty());
            harness.fake("private/tlsmgr", service::converse);
            try (ServiceClient client = harness.client("private/tlsmgr")) {
                assertThatThrownBy(() -> client.call(new Attributes().put("request", "seed").put("size", 32)))
                        .isInstanceOf(IOException.class);
            }
        }
    }
}
