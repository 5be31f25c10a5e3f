package org.postrider.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.daemon.Service;
import org.postrider.common.ipc.FlushRequest;
import org.postrider.common.ipc.FlushRequest.Status;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.testing.DaemonHarness;

/** The service on real sockets, with a queue manager that the test plays. */
class FlushServiceTest {
    private static final String ID = "6271920D3EC";

    @TempDir
    private Path root;

    private final LinkedBlockingQueue<String> triggers = new LinkedBlockingQueue<>();

    private Service open(DaemonHarness harness) {
        harness.fake("public/qmgr", connection -> triggers.add(new String(connection.in().readAllBytes())));
        harness.set("fast_flush_domains", "a.test, [192.0.2.1]");
        Service service = new Services().open(harness.context("flush", "flush", "unix"), Optional.empty());
        harness.fake("public/flush", service::converse);
        return service;
    }

    private static Status ask(ServiceClient client, FlushRequest request) throws IOException {
        return FlushRequest.status(client.call(request.toAttributes()));
    }

    @Test
    void aSiteIsFlushed() throws Exception {
        try (DaemonHarness harness = new DaemonHarness(root); ServiceClient client = harness.client("public/flush")) {
            Service service = open(harness);
            Path deferred = Files.createDirectories(root.resolve("deferred/6")).resolve(ID);
            Files.createFile(deferred);
            assertThat(ask(client, FlushRequest.site("a.test"))).isEqualTo(Status.OK);
            assertThat(ask(client, FlushRequest.add("a.test", ID))).isEqualTo(Status.OK);
            assertThat(ask(client, FlushRequest.site("sub.a.test"))).isEqualTo(Status.OK);
            assertThat(deferred).exists();
            assertThat(ask(client, FlushRequest.site("a.test"))).isEqualTo(Status.OK);
            assertThat(triggers.poll(60, TimeUnit.SECONDS)).isEqualTo("I");
            assertThat(root.resolve("incoming").resolve(ID)).exists();

            service.wakeup();
            assertThat(ask(client, FlushRequest.message("DEADBEEF"))).isEqualTo(Status.OK);
            assertThat(ask(client, FlushRequest.all())).isEqualTo(Status.OK);
            assertThat(triggers.poll(60, TimeUnit.SECONDS)).isEqualTo("FAD");
        }
    }

    @Test
    void strangersAndNonsenseAreTold() throws Exception {
        try (DaemonHarness harness = new DaemonHarness(root); ServiceClient client = harness.client("public/flush")) {
            Service _ = open(harness);
            assertThat(ask(client, FlushRequest.site("b.test"))).isEqualTo(Status.UNKNOWN_SITE);
            assertThat(ask(client, FlushRequest.site("../a.test"))).isEqualTo(Status.UNKNOWN_SITE);
            assertThat(ask(client, FlushRequest.site("[192.0.2.1]"))).isEqualTo(Status.OK);
            assertThat(ask(client, FlushRequest.add("b.test", ID))).isEqualTo(Status.UNKNOWN_SITE);
            assertThat(ask(client, FlushRequest.add("a.test", "../x"))).isEqualTo(Status.BAD);
            assertThat(ask(client, FlushRequest.message("../x"))).isEqualTo(Status.BAD);
        }
    }
}
