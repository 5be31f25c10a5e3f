package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.Parameters;
import org.postrider.common.smtp.SmtpLineReader;
import org.postrider.common.testing.FakePolicyServer;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Network;

/** Connections to policy servers over a real socket. */
class PolicyConnectionsTest {
    private final AtomicInteger connections = new AtomicInteger();

    /** Answers with what the request says in {@code answer=}; {@code close} ends the connection. */
    private void serve(Connection connection) {
        connections.incrementAndGet();
        SmtpLineReader lines = new SmtpLineReader(connection.in(), 1000);
        String answer = "";
        try (connection) {
            while (lines.read() instanceof SmtpLineReader.Line.Text(String text, _)) {
                if (text.startsWith("answer=")) {
                    answer = text.substring("answer=".length());
                } else if (text.isEmpty()) {
                    if (answer.equals("close")) {
                        return;
                    }
                    if (!answer.equals("silence")) {
                        send(connection, answer);
                    }
                }
            }
        } catch (IOException _) {
            // The client has gone.
        }
    }

    /** {@code endless} is an answer without end, {@code large} one in a single line; {@code twice ...} comes two times. */
    private static void send(Connection connection, String answer) throws IOException {
        if (answer.equals("endless")) {
            while (true) {
                connection.out().write("a=b\n".getBytes(StandardCharsets.ISO_8859_1));
                connection.out().flush();
            }
        }
        String text = answer.equals("large") ? "action=" + "x".repeat(1 << 20) : answer;
        String whole = text.startsWith("twice ")
                ? (text.substring("twice ".length()) + "\n\n").repeat(2)
                : text + "\n\n";
        connection.out().write(whole.getBytes(StandardCharsets.ISO_8859_1));
        connection.out().flush();
    }

    private static PolicyServer server(String settings) {
        return PolicyServer.standard(Parameters.of(Map.of())).parse("{ unix:policy" + settings + " }");
    }

    @Test
    void connectionsAreKeptAsLongAsTheyMayBe(@TempDir Path directory) throws IOException {
        try (Network network = new Network(1);
                var _ = network.bind(directory.resolve("policy"),
                        connection -> connection.start("policy", false, () -> serve(connection)))) {
            PolicyConnections policies = new PolicyConnections(network, directory);
            PolicyServer plain = server("");
            assertThat(policies.ask(plain, "answer=action=DUNNO\n\n")).isEqualTo("DUNNO");
            assertThat(policies.ask(plain, "answer=action=450 later\n\n")).isEqualTo("450 later");
            assertThat(connections).hasValue(1);
            assertThat(policies.ask(server(", request_limit=1"), "answer=action=\n\n")).isEmpty();
            assertThat(connections).hasValue(2);
            policies.close();
        }
    }

    @Test
    void serversThatTalkNonsenseGetNoMail(@TempDir Path directory) throws IOException {
        try (Network network = new Network(1);
                var _ = network.bind(directory.resolve("policy"),
                        connection -> connection.start("policy", false, () -> serve(connection)))) {
            PolicyConnections policies = new PolicyConnections(network, directory);
            assertThatThrownBy(() -> policies.ask(server(""), "answer=nonsense\n\n")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> policies.ask(server(""), "answer=close\n\n")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> policies.ask(server(", timeout=1s"), "answer=silence\n\n"))
                    .isInstanceOf(IOException.class);
            assertThat(policies.ask(server(""), "answer=action=DUNNO\n\n")).isEqualTo("DUNNO");
            policies.close();
        }
    }

    @Test
    void anAnswerHasAnEnd(@TempDir Path directory) throws IOException {
        try (Network network = new Network(1);
                var _ = network.bind(directory.resolve("policy"),
                        connection -> connection.start("policy", false, () -> serve(connection)))) {
            PolicyConnections policies = new PolicyConnections(network, directory);
            assertThatThrownBy(() -> policies.ask(server(""), "answer=endless\n\n")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> policies.ask(server(""), "answer=large\n\n")).isInstanceOf(IOException.class);
            assertThat(policies.ask(server(""), "answer=action=DUNNO\n\n")).isEqualTo("DUNNO");
            policies.close();
        }
    }

    @Test
    void whatComesBehindAnAnswerAnswersNobody(@TempDir Path directory) throws IOException {
        try (Network network = new Network(1);
                var _ = network.bind(directory.resolve("policy"),
                        connection -> connection.start("policy", false, () -> serve(connection)))) {
            PolicyConnections policies = new PolicyConnections(network, directory);
            assertThat(policies.ask(server(""), "answer=twice action=REJECT\n\n")).isEqualTo("REJECT");
            assertThat(policies.ask(server(""), "answer=action=DUNNO\n\n")).isEqualTo("DUNNO");
            policies.close();
        }
    }

    @Test
    void serversAreFoundByNameAddressOrPortAlone() throws IOException {
        try (Network network = new Network(1); FakePolicyServer server = new FakePolicyServer()) {
            PolicyConnections policies = new PolicyConnections(network, Path.of("/"));
            String port = server.address().substring(server.address().lastIndexOf(':') + 1);
            for (String destination : List.of("inet:localhost:", "localhost:", "inet:127.0.0.1:", "inet:[127.0.0.1]:",
                    "inet:")) {
                PolicyServer one = PolicyServer.standard(Parameters.of(Map.of())).parse(destination + port);
                assertThat(policies.ask(one, "request=smtpd_access_policy\n\n")).isNotEmpty();
            }
            for (String bad : List.of("inet:localhost:99999", "inet:localhost:x", "inet:localhost", "inet:")) {
                assertThatThrownBy(
                        () -> policies.ask(PolicyServer.standard(Parameters.of(Map.of())).parse(bad), "x\n\n"))
                        .isInstanceOf(IOException.class).hasMessageContaining("bad destination");
            }
            policies.close();
        }
    }
}
