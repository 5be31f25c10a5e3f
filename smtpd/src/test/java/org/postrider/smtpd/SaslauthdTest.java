package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Network;

/** PLAIN and LOGIN against saslauthd's protocol, with a server that knows {@code joe} and {@code secret}. */
class SaslauthdTest {
    private final List<String> asked = new ArrayList<>();

    private void answer(Connection connection) {
        try (connection) {
            DataInputStream in = new DataInputStream(connection.in());
            List<String> words = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                words.add(new String(in.readNBytes(in.readUnsignedShort()), StandardCharsets.ISO_8859_1));
            }
            asked.add(String.join("|", words));
            String text = words.get(0).equals("joe") && words.get(1).equals("secret") ? "OK" : "NO";
            connection.out().write(new byte[]{0, 2});
            connection.out().write(text.getBytes(StandardCharsets.ISO_8859_1));
            connection.out().flush();
        } catch (IOException _) {
            // The client has gone.
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Authenticator.Start begin(String mechanism, String initial) {
        return new Authenticator.Start(mechanism, base64(initial), !initial.isEmpty(),
                FakeWorld.client("192.0.2.1", "client.example"), false,
                Optional.empty());
    }

    @Test
    void passwordsAreChecked(@TempDir Path directory) throws IOException {
        Path socket = directory.resolve("mux");
        try (Network network = new Network(1)) {
            try (var _ = network.bind(socket,
                    connection -> connection.start("saslauthd", false, () -> answer(connection)))) {
                Authenticator service = new SaslauthdAuthenticator(network, socket, List.of(), "smtp", "");
                assertThat(service.mechanisms()).extracting(Authenticator.Mechanism::name).containsExactly("LOGIN",
                        "PLAIN");
                assertThat(service.begin(begin("PLAIN", "\0joe@example.com\0secret")).step())
                        .isEqualTo(new Authenticator.Step.Success("joe@example.com"));
                assertThat(service.begin(begin("PLAIN", "\0joe\0wrong")).step())
                        .isEqualTo(new Authenticator.Step.Failure("authentication failure", "joe"));
                assertThat(service.begin(begin("PLAIN", "other\0joe\0secret")).step())
                        .isInstanceOf(Authenticator.Step.Failure.class);
                Authenticator.Exchange login = service.begin(begin("LOGIN", "")).exchange();
                assertThat(login.answer(base64("joe")))
                        .isEqualTo(new Authenticator.Step.Challenge(base64("Password:")));
                assertThat(login.answer(base64("secret"))).isEqualTo(new Authenticator.Step.Success("joe"));
            }
        }
        assertThat(asked).containsExactly("joe|secret|smtp|example.com", "joe|wrong|smtp|", "joe|secret|smtp|");
    }

    /** Who gives no answer has not said that the password is wrong: the client hears of a temporary failure. */
    @ParameterizedTest
    @ValueSource(strings = {"", "\0", "\0\2", "\0\2O", "\0\0", "\0\1O", "\377\377OK", "\4\1OK"})
    void whatIsNoAnswerIsNoRefusal(String answer, @TempDir Path directory) throws IOException {
        Path socket = directory.resolve("mux");
        try (Network network = new Network(1)) {
            try (var _ = network.bind(socket, connection -> connection.start("saslauthd", false, () -> {
                try (connection) {
                    connection.out().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                    connection.out().flush();
                } catch (IOException _) {
                    // The client has gone.
                }
            }))) {
                Authenticator service = new SaslauthdAuthenticator(network, socket, List.of(), "smtp", "");
                assertThatThrownBy(() -> service.begin(begin("PLAIN", "\0joe\0secret")))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void aServerThatIsNotThereIsNoRefusal(@TempDir Path directory) throws IOException {
        try (Network network = new Network(1)) {
            Authenticator service = new SaslauthdAuthenticator(network, directory.resolve("mux"), List.of(), "smtp",
                    "");
            assertThatThrownBy(() -> service.begin(begin("PLAIN", "\0joe\0secret"))).isInstanceOf(IOException.class);
        }
    }
}
