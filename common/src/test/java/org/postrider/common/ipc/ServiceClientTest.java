package org.postrider.common.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Listener;
import org.postrider.common.wire.Network;

/** Connections that are kept, that die, and that are made anew. */
class ServiceClientTest {
    private static final ServiceClient.Limits LIMITS = new ServiceClient.Limits(Duration.ofSeconds(60),
            Duration.ofSeconds(60), Duration.ofSeconds(60));

    @TempDir
    Path folder;

    private final Network network = new Network(1);
    private final AtomicInteger connections = new AtomicInteger();
    private Path socket;

    @BeforeEach
    void begin() {
        socket = folder.resolve("s");
    }

    @AfterEach
    void end() {
        network.close();
    }

    /** A server that answers so many requests of a connection and closes it then. */
    private Listener serve(String name, int requests) {
        return network.bind(socket, connection -> Thread.ofVirtual().start(() -> {
            connections.incrementAndGet();
            try (connection) {
                for (int i = 0; i < requests; i++) {
                    answer(connection, name);
                }
            } catch (IOException _) {
                // The client has gone.
            }
        }));
    }

    private static void answer(Connection connection, String name) throws IOException {
        Attributes.read(connection.in());
        new Attributes().put("server", name).write(connection.out());
        connection.out().flush();
    }

    private static String ask(ServiceClient client) throws IOException {
        return client.call(new Attributes().put("request", "who")).get("server");
    }

    @Test
    void aConnectionIsUsedAgain() throws IOException {
        serve("one", 100);
        try (ServiceClient client = new ServiceClient(network, socket, LIMITS)) {
            assertThat(ask(client)).isEqualTo("one");
            assertThat(ask(client)).isEqualTo("one");
        }
        assertThat(connections.get()).isEqualTo(1);
    }

    @Test
    void aServerThatWasStartedAnewIsFoundAgain() throws IOException {
        Listener first = serve("first", 1);
        try (ServiceClient client = new ServiceClient(network, socket, LIMITS)) {
            assertThat(ask(client)).isEqualTo("first");
            first.close();
            Files.deleteIfExists(socket);
            assertThatThrownBy(() -> ask(client)).isInstanceOf(IOException.class);
            serve("second", 1);
            assertThat(ask(client)).isEqualTo("second");
        }
    }

    /** Closed by the other side at any moment between two calls, seen here or not: nobody hears of it. */
    @Test
    void whatDiedWhileItWasIdleIsReplaced() throws IOException {
        serve("one", 1);
        try (ServiceClient client = new ServiceClient(network, socket, LIMITS)) {
            for (int i = 1; i <= 50; i++) {
                assertThat(ask(client)).isEqualTo("one");
                assertThat(connections.get()).isEqualTo(i);
            }
        }
    }

    @Test
    void aNewConnectionThatBreaksOffIsAnError() {
        serve("none", 0);
        try (ServiceClient client = new ServiceClient(network, socket, LIMITS)) {
            assertThatThrownBy(() -> ask(client)).isInstanceOf(IOException.class);
        }
        assertThat(connections.get()).isEqualTo(1);
    }

    @Test
    void aSilentServerIsWaitedForAsLongAsTheLimit() throws IOException {
        try (Listener _ = network.bind(socket, _ -> connections.incrementAndGet());
                ServiceClient client = new ServiceClient(network, socket,
                        new ServiceClient.Limits(Duration.ofMillis(100), Duration.ofSeconds(5),
                                Duration.ofSeconds(5)))) {
            assertThatThrownBy(() -> ask(client)).isInstanceOf(java.net.SocketTimeoutException.class);
            await().atMost(Duration.ofMinutes(1)).until(() -> connections.get() == 1);
        }
    }
}
