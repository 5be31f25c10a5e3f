package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** trigger_timeout: a service that does not answer does not hold up a command. */
class TriggerTimeoutTest {
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    private Console console(String name) {
        return new Console(name, new ByteArrayInputStream(new byte[0]),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.ISO_8859_1),
                new PrintStream(errors, true, StandardCharsets.ISO_8859_1), Map.of());
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void postqueueWaitsThatLongAndNoLonger(@TempDir Path directory) throws IOException {
        Path socket = Files.createDirectories(directory.resolve("public")).resolve("flush");
        Files.writeString(directory.resolve("main.cf"),
                "queue_directory = " + directory + "\ntrigger_timeout = 1s\ncompatibility_level = 3.11\n");
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(UnixDomainSocketAddress.of(socket));
            int status = Postqueue.run(List.of("-c", directory.toString(), "-f"), console("postqueue"));
            assertThat(status).isEqualTo(SystemExit.UNAVAILABLE);
        }
        assertThat(errors.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo("postqueue: fatal: Cannot flush mail queue - no answer in time\n");
    }
}
