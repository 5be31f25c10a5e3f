package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.config.Parameters;

/** tcp: and socketmap: against a server of the test's own; it hangs up after two answers. */
class TableServerTest {
    private static final SocketMapTable.Limits LIMITS = new SocketMapTable.Limits(10_000, 100_000);

    private final RecordedComplaints complaints = new RecordedComplaints();
    private final Tables tables = new Tables(
            TableSettings.of(Path.of("/"), InstantSource.system()).withComplaints(complaints));
    private final List<Socket> clients = Collections.synchronizedList(new ArrayList<>());
    private ServerSocket server;

    @TempDir
    private Path directory;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        for (Socket client : List.copyOf(clients)) {
            client.close();
        }
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

    /** What is too long is not sent, and what is too long is not taken; mail waits. */
    @Test
    void socketMapLimits() {
        answer("5:m key,", "8:OK value,", "4:m ke,", "9:OK values,", "4:m ke,", "9:OK values,", "4:m ke,",
                "9:OK values,");
        TableServer.Place place = TableServer.inet("t", "127.0.0.1:" + server.getLocalPort());
        TableServer patient = new TableServer(place, complaints, new Aside(), TableServer.LIMIT);
        LookupTable table = new SocketMapTable("socketmap:t", patient, "m", complaints,
                new SocketMapTable.Limits(5, 8));
        assertThat(table.find("key")).isEqualTo(new LookupResult.Found("value"));
        assertThat(table.find("keys")).isEqualTo(new LookupResult.Unavailable(
                "socketmap:t: a query of 6 bytes is more than socketmap_max_query_size"));
        assertThat(table.find("ke")).isInstanceOfSatisfying(LookupResult.Unavailable.class,
                answer -> assertThat(answer.reason()).contains("netstring too large"));
    }

    @Test
    void theStandardLimitsOfSocketMapsArePostfixs() {
        assertThat(SocketMapTable.Limits.of(Parameters.of(Map.of())))
                .isEqualTo(LIMITS);
    }

    @Test
    void nobodyThere() throws IOException {
        int port = server.getLocalPort();
        server.close();
        assertThat(tables.open("tcp:127.0.0.1:" + port).find("x")).isInstanceOf(LookupResult.Unavailable.class);
    }

    /** Takes clients and answers each with these bytes, again and again or once; and leaves the connection open. */
    private void bore(String text, boolean again) {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket client = server.accept();
                    clients.add(client);
                    Thread _ = Thread.ofVirtual().start(() -> {
                        try {
                            do {
                                client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
                            } while (again);
                        } catch (IOException _) {
                            // The table hung up.
                        }
                    });
                }
            } catch (IOException _) {
                // The test ends.
            }
        });
    }

    private TableServer bored(TableServer.Place place) {
        return new TableServer(place, complaints, new Aside(), Duration.ofMillis(300));
    }

    @ParameterizedTest
    @CsvSource({"'', false", "'999', false", "'200 ', false", "'x', true", "'0', true", "'99999999999:x', false",
            "'5:OK xy', false"})
    void aServerThatHangsOrDribblesOrLiesIsLeftInTime(String text, boolean again) throws IOException {
        bore(text, again);
        TableServer.Place place = TableServer.inet("t", "127.0.0.1:" + server.getLocalPort());
        long start = System.nanoTime();
        assertThat(new TcpTable("tcp:t", bored(place), complaints).find("key"))
                .isInstanceOf(LookupResult.Unavailable.class);
        assertThat(new SocketMapTable("socketmap:t", bored(place), "m", complaints, LIMITS).find("key"))
                .isInstanceOf(LookupResult.Unavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
        assertThat(complaints.lines).hasSize(2);
    }

    @Test
    void aLocalServerThatHangsToo() throws IOException {
        Path socket = directory.resolve("s");
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(UnixDomainSocketAddress.of(socket));
            LookupTable table = new SocketMapTable("socketmap:t", bored(new TableServer.Place.Local(socket)), "m",
                    complaints, LIMITS);
            assertThat(table.find("key")).isEqualTo(
                    new LookupResult.Unavailable("table socketmap:t: Connection timed out"));
        }
    }

    /** Whatever comes, it answers so, as long as it is not closed. */
    private static ServerSocketChannel answering(Path socket, int question, String answer) throws IOException {
        ServerSocketChannel there = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        there.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon(true).start(() -> {
            try {
                while (true) {
                    try (SocketChannel client = there.accept()) {
                        byte[] _ = Channels.newInputStream(client).readNBytes(question);
                        Channels.newOutputStream(client).write(answer.getBytes(StandardCharsets.ISO_8859_1));
                    }
                }
            } catch (IOException _) {
                // It goes.
            }
        });
        return there;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"tcp|8|200 value\\n", "socketmap|8|8:OK value,"})
    void aServerThatComesBackIsAskedAgain(String type, int question, String answer) throws IOException {
        Path socket = directory.resolve("s");
        TableServer server = new TableServer(new TableServer.Place.Local(socket), complaints, new Aside(),
                TableServer.LIMIT);
        LookupTable table = type.equals("tcp")
                ? new TcpTable("tcp:t", server, complaints)
                : new SocketMapTable("socketmap:t", server, "m", complaints, LIMITS);
        for (int times = 0; times < 3; times++) {
            try (ServerSocketChannel _ = answering(socket, question, answer.replace("\\n", "\n"))) {
                assertThat(table.find("key")).isEqualTo(new LookupResult.Found("value"));
            }
            Files.delete(socket);
            assertThat(table.find("key")).isInstanceOf(LookupResult.Unavailable.class);
        }
        assertThat(complaints.lines).hasSize(3);
    }

    /** One that is slow must not make the others wait: each has a connection of its own, and the next one finds it. */
    @Test
    void everyLookupUnderWayHasAConnection() throws Exception {
        CountDownLatch all = new CountDownLatch(20);
        AtomicInteger accepted = new AtomicInteger();
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket client = server.accept();
                    clients.add(client);
                    accepted.incrementAndGet();
                    Thread _ = Thread.ofVirtual().start(() -> serveWhenAllAreThere(client, all));
                }
            } catch (IOException _) {
                // The test ends.
            }
        });
        LookupTable table = tables.open("socketmap:inet:127.0.0.1:" + server.getLocalPort() + ":m");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<LookupResult>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(threads.submit(() -> table.find("key")));
            }
            for (Future<LookupResult> answer : answers) {
                assertThat(answer.get()).isEqualTo(new LookupResult.Found("value"));
            }
        }
        assertThat(accepted).hasValue(20);
        assertThat(table.find("key")).isEqualTo(new LookupResult.Found("value"));
        assertThat(accepted).hasValue(20);
    }

    private static void serveWhenAllAreThere(Socket client, CountDownLatch all) {
        try {
            while (client.getInputStream().readNBytes(8).length == 8) {
                all.countDown();
                all.await();
                client.getOutputStream().write("8:OK value,".getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException | InterruptedException _) {
            // The table hung up.
        }
    }
}
