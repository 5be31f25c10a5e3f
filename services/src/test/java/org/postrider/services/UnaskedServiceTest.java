package org.postrider.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.daemon.Service;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.testing.DaemonHarness;

class UnaskedServiceTest {
    @TempDir
    private Path root;

    @Test
    void whoeverAsksIsLetGo() throws Exception {
        try (DaemonHarness harness = new DaemonHarness(root)) {
            Service service = new Services().open(harness.context("scache", "scache", "unix"), Optional.empty());
            harness.fake("private/scache", service::converse);
            try (ServiceClient client = harness.client("private/scache");
                    ServiceClient.Lease lease = client.fresh()) {
                assertThat(Attributes.readIfAny(lease.connection().in())).isEmpty();
            }
        }
    }
}
