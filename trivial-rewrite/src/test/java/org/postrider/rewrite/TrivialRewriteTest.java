package org.postrider.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.ipc.ResolveRequest;
import org.postrider.common.ipc.RewriteClient;
import org.postrider.common.ipc.RewriteRequest;
import org.postrider.common.testing.DaemonHarness;

class TrivialRewriteTest {
    @TempDir
    Path queueDirectory;

    @Test
    void overTheSocket() throws IOException {
        try (DaemonHarness harness = new DaemonHarness(queueDirectory)) {
            harness.set("mydestination", "mail.example.com");
            harness.start(new TrivialRewrite(), "rewrite", "private/rewrite");
            RewriteClient client = new RewriteClient(harness.client("private/rewrite"));
            assertThat(client.rewrite(new RewriteRequest("local", "joe"))).isEqualTo("joe@mail.example.com");
            assertThat(client.rewrite(new RewriteRequest("remote", "joe"))).isEqualTo("joe");
            assertThat(client.resolve(new ResolveRequest("", "joe"))).isEqualTo(new ResolveAnswer("local",
                    "mail.example.com", "joe@mail.example.com", ResolveAnswer.CLASS_LOCAL));
        }
    }

    @Test
    void manyRequestsBeforeTheFirstAnswerIsRead() throws IOException {
        try (DaemonHarness harness = new DaemonHarness(queueDirectory)) {
            harness.set("mydestination", "mail.example.com");
            harness.start(new TrivialRewrite(), "rewrite", "private/rewrite");
            RewriteClient client = new RewriteClient(harness.client("private/rewrite"));
            assertThat(client.resolve(new ResolveRequest("", "u7@d7.example")).nexthop()).isEqualTo("d7.example");
            List<ResolveRequest> many = IntStream.range(0, RewriteClient.MOST_AT_ONCE)
                    .mapToObj(i -> new ResolveRequest("", "u" + i + "@d" + i + ".example")).toList();
            assertThat(client.resolve(many)).extracting(ResolveAnswer::recipient)
                    .isEqualTo(many.stream().map(ResolveRequest::address).toList());
            assertThat(client.resolve(List.of())).isEmpty();
        }
    }

    @Test
    void probesMayGoAnotherWay() throws IOException {
        try (DaemonHarness harness = new DaemonHarness(queueDirectory)) {
            harness.set("mydestination", "mail.example.com").set("relayhost", "[relay.example]")
                    .set("address_verify_relayhost", "").set("address_verify_local_transport", "probe:$myhostname")
                    .set("transport_maps", "inline:{c.example=smtp:[c]}");
            harness.start(new TrivialRewrite(), "rewrite", "private/rewrite");
            RewriteClient client = new RewriteClient(harness.client("private/rewrite"));
            assertThat(client.resolve(new ResolveRequest("", "a@b.example")).nexthop()).isEqualTo("[relay.example]");
            assertThat(client.resolve(new ResolveRequest("", "a@b.example", true)).nexthop()).isEqualTo("b.example");
            assertThat(client.resolve(new ResolveRequest("", "a@c.example", true)).nexthop()).isEqualTo("[c]");
            ResolveAnswer local = client.resolve(new ResolveRequest("", "joe", true));
            assertThat(local.transport() + ":" + local.nexthop()).isEqualTo("probe:mail.example.com");
        }
    }
}
