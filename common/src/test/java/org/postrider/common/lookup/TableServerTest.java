package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** tcp: and socketmap: against a server of the test's own; it hangs up after two answers. */
class TableServerTest {
    private final RecordedComplaints complaints = new RecordedComplaints();
    private final Tables tables = new Tables(
            TableSettings.of(Path.of("/"), InstantSource.system()).withComplaints(complaints));
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private void answer(String... exchanges) {
        Thread.ofVirtual().start(() -> {
            int next = 0;
            try {
                while (next < exchanges.length) {
                    try (Socket socket = server.accept()) {
                        for (int i = 0; i < 2 && next < exchanges.length; i++, next += 2) {
                            byte[] question = socket.getInputStream().readNBytes(exchanges[next].length());
                            boolean asExpected = exchanges[next]
                                    .equals(new String(question, StandardCharsets.ISO_8859_1));
                            socket.getOutputStream()
                                    .write((asExpected ? exchanges[next + 1] : "400 bad question\n")
                                            .getBytes(StandardCharsets.ISO_8859_1));
                        }
                    }
                }
            } catch (IOException _) {
                // The test ends.
            }
        });
    }

    @Test
    void tcp() {
        answer("get a%20b%25\n", "200 x%20y\n", "get c\n", "500 none\n", "get d\n", "400 later\n");
        LookupTable table = tables.open("tcp:127.0.0.1:" + server.getLocalPort());
        assertThat(table.find("a b%")).isEqualTo(new LookupResult.Found("x y"));
        assertThat(table.find("c")).isEqualTo(LookupResult.NOT_FOUND);
        assertThat(table.find("d")).isInstanceOf(LookupResult.Unavailable.class);
    }

    @Test
    void socketMap() {
        answer("5:m key,", "8:OK value,", "3:m x,", "9:NOTFOUND ,", "3:m y,", "8:TEMP now,");
        LookupTable table = tables.open("socketmap:inet:127.0.0.1:" + server.getLocalPort() + ":m");
        assertThat(table.find("key")).isEqualTo(new LookupResult.Found("value"));
        assertThat(table.find("x")).isEqualTo(LookupResult.NOT_FOUND);
        assertThat(table.find("y")).isInstanceOf(LookupResult.Unavailable.class);
        assertThat(complaints.lines).hasSize(1);
    }

    @Test
    void nobodyThere() throws IOException {
        int port = server.getLocalPort();
        server.close();
        assertThat(tables.open("tcp:127.0.0.1:" + port).find("x")).isInstanceOf(LookupResult.Unavailable.class);
    }
}
