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
            for (String name : new String[]{"scache", "tlsmgr"}) {
                Service service = new Services().open(harness.context(name, name, "unix"), Optional.empty());
                harness.fake("private/" + name, service::converse);
                service.wakeup();
                try (ServiceClient client = harness.client("private/" + name);
                        ServiceClient.Lease lease = client.fresh()) {
                    assertThat(Attributes.readIfAny(lease.connection().in())).isEmpty();
                }
            }
        }
    }
}
