package org.postrider.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.daemon.Service;
import org.postrider.common.posix.Identity;
import org.postrider.common.testing.DaemonHarness;

/** Commands behind a socket; answers and errors are those of Postfix 3.7.11 with the same commands. */
class SpawnServiceTest {
    private static final String USER = Identity.uid() == 0 ? "nobody" : System.getProperty("user.name");

    @TempDir
    private Path root;

    private static Service service(DaemonHarness harness, String... arguments) {
        return new Services().open(harness.arguments(arguments).context("spawn", "policy", "unix"), Optional.empty());
    }

    /** What a client gets that sends this and hangs up. */
    private String said(String script, String sent, String... settings) throws IOException {
        try (DaemonHarness harness = new DaemonHarness(root)) {
            for (int i = 0; i < settings.length; i += 2) {
                harness.set(settings[i], settings[i + 1]);
            }
            Service service = service(harness, "user=" + USER, "argv=/bin/sh", "-c", script);
            harness.fake("private/policy", service::converse);
            try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                client.connect(UnixDomainSocketAddress.of(root.resolve("private/policy")));
                client.write(ByteBuffer.wrap(sent.getBytes(StandardCharsets.US_ASCII)));
                client.shutdownOutput();
                return rest(client);
            }
        }
    }

    private static String rest(SocketChannel client) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        int length = 0;
        while (length >= 0 && buffer.hasRemaining()) {
            length = client.read(buffer);
        }
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
    }

    @Test
    void theClientTalksToTheCommand() throws IOException {
        assertThat(said("while read line; do echo got $line; done; echo end; echo error >&2", "a\nb\n"))
                .isEqualTo("got a\ngot b\nend\nerror\n");
    }

    @Test
    void theCommandHasTheUsersRightsAndFewVariables() throws IOException {
        assertThat(said("id -un; pwd; echo $LANG$HOME", "", "export_environment", "LANG=x"))
                .isEqualTo(USER + "\n" + root + "\nx\n");
    }

    @Test
    void aCommandThatEndsEndsTheConversation() throws IOException {
        assertThat(said("echo bye; exit 3", "x\n".repeat(1000))).isEqualTo("bye\n");
    }

    @Test
    void aCommandWhoseTimeIsUpIsKilled() throws IOException {
        assertThat(said("echo begun; exec sleep 1000", "", "policy_time_limit", "1s")).isEqualTo("begun\n");
    }

    @Test
    void argumentsAreCheckedAtTheStart() {
        try (DaemonHarness harness = new DaemonHarness(root)) {
            List.of(List.of("missing user= attribute", "argv=/bin/cat"),
                    List.of("missing argv= attribute", "user=" + USER),
                    List.of("unknown attribute name: flags=x", "user=" + USER, "flags=x", "argv=/bin/cat"),
                    List.of("request to deliver as root", "user=root", "argv=/bin/cat"),
                    List.of("unknown username: user=no-such-user", "user=no-such-user", "argv=/bin/cat"))
                    .forEach(one -> assertThatThrownBy(
                            () -> service(harness, one.subList(1, one.size()).toArray(String[]::new)))
                            .isInstanceOf(ConfigurationException.class).hasMessage(one.getFirst()));
        }
    }
}
