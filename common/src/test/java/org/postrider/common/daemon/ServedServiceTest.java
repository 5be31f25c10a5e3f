package org.postrider.common.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.testing.DaemonHarness;
import org.postrider.common.wire.Connection;

class ServedServiceTest {
    @TempDir
    Path directory;
    private final EchoProgram program = new EchoProgram();
    private DaemonHarness harness;

    @BeforeEach
    void begin() {
        harness = new DaemonHarness(directory).set("greeting", "first").set("syslog_name", "postfix/toy");
    }

    @AfterEach
    void end() {
        harness.close();
    }

    @Test
    void everyConversationHasATagAndANumberOfItsOwn() throws Exception {
        harness.start(program, "echo", "private/echo");
        Attributes one = ask(harness.client("private/echo"));
        Attributes other = ask(harness.client("private/echo"));
        assertThat(one.get("tag")).isEqualTo("postfix/toy/echo");
        assertThat(one.number("number", 0)).isNotEqualTo(other.number("number", 0)).isPositive();
    }

    @Test
    void aConversationThatFailsCostsOnlyItself() throws Exception {
        harness.start(program, "echo", "private/echo");
        try (ServiceClient client = harness.client("private/echo")) {
            assertThatThrownBy(() -> client.call(new Attributes().put("crash", "1"))).isInstanceOf(EOFException.class);
            assertThat(ask(client).get("greeting")).isEqualTo("first");
        }
    }

    @Test
    void afterReloadOldConversationsKeepTheirServiceUntilTheyEnd() throws Exception {
        ServedService service = harness.start(program, "echo", "private/echo");
        ServiceClient old = harness.client("private/echo");
        ask(old);
        harness.set("greeting", "second");
        harness.reload(service, "echo", "echo", "unix");
        assertThat(ask(old).get("greeting")).isEqualTo("first");
        assertThat(ask(harness.client("private/echo")).get("greeting")).isEqualTo("second");
        assertThat(program.retired.get()).isZero();
        old.close();
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(program.retired.get()).isEqualTo(1));
    }

    @Test
    void aReloadThatFailsLeavesTheOldServiceAtWork() throws Exception {
        ServedService service = harness.start(program, "echo", "private/echo");
        harness.set("greeting", "bad");
        harness.reload(service, "echo", "echo", "unix");
        assertThat(harness.told()).last()
                .isEqualTo(new ControlMessage.Failed("echo/unix", "bad greeting: bad", true));
        assertThat(ask(harness.client("private/echo")).get("greeting")).isEqualTo("first");
    }

    @Test
    void overTheLimitClientsWaitAndMasterIsTold() throws Exception {
        harness.limit(2).start(program, "echo", "private/echo");
        ServiceClient one = harness.client("private/echo");
        ServiceClient two = harness.client("private/echo");
        ask(one);
        ask(two);
        try (Connection third = harness.network().connect(directory.resolve("private/echo"), Duration.ofSeconds(5))) {
            new Attributes().put("a", "b").write(third.out());
            third.out().flush();
            third.timeout(Duration.ofMillis(200));
            assertThatThrownBy(() -> third.in().read()).isInstanceOf(java.io.IOException.class);
        }
        try (Connection fourth = harness.network().connect(directory.resolve("private/echo"), Duration.ofSeconds(5))) {
            new Attributes().put("a", "b").write(fourth.out());
            fourth.out().flush();
            one.close();
            fourth.timeout(Duration.ofSeconds(10));
            assertThat(Attributes.read(fourth.in()).get("greeting")).isEqualTo("first");
        }
        two.close();
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(harness.told())
                .contains(new ControlMessage.Load("echo/unix", 2, true)).last().isInstanceOfSatisfying(
                        ControlMessage.Load.class, load -> assertThat(load.full()).isFalse()));
    }

    @Test
    void wakeupsReachTheService() {
        ServedService service = harness.start(program, "echo", "private/echo");
        service.wakeup();
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(program.woken.get()).isEqualTo(1));
    }

    @Test
    void controlMessagesSurviveTheWire() throws Exception {
        ServiceDescription description = new ServiceDescription("smtp", "inet", "smtpd", List.of("a", "b c"), "/q", 7,
                3, true, false, 101, 102, java.util.Map.of("myhostname", "x", "empty", ""));
        for (ControlMessage message : List.of(new ControlMessage.Hello("smtpd"), new ControlMessage.Serve(description),
                new ControlMessage.Listen("smtp/inet", "0.0.0.0:25"), new ControlMessage.Unlisten("smtp/inet", "x"),
                new ControlMessage.Wakeup("qmgr/unix"), new ControlMessage.Withdraw("smtp/inet"),
                new ControlMessage.Stop(Duration.ofSeconds(30)), new ControlMessage.Ready("smtp/inet", 3),
                new ControlMessage.Failed("smtp/inet", "why", true), new ControlMessage.Load("smtp/inet", 5, true),
                new ControlMessage.Leaving())) {
            assertThat(ControlMessage.from(message.toAttributes())).isEqualTo(message);
        }
    }

    private static Attributes ask(ServiceClient client) throws Exception {
        return client.call(new Attributes().put("a", "b"));
    }
}
