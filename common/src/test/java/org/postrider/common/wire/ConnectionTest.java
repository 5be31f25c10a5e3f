package org.postrider.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The blocking face over real sockets. */
class ConnectionTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private final Network network = new Network(1);
    private final LinkedBlockingQueue<Connection> accepted = new LinkedBlockingQueue<>();
    @TempDir
    Path folder;

    @AfterEach
    void close() {
        network.close();
    }

    private Connection[] pair() throws Exception {
        Path socket = folder.resolve("s");
        Listener _ = network.bind(socket, accepted::add);
        Connection client = network.connect(socket, LIMIT);
        Connection server = accepted.poll(60, TimeUnit.SECONDS);
        client.timeout(LIMIT);
        server.timeout(LIMIT);
        return new Connection[]{client, server};
    }

    @Test
    void bytesArriveInOrderAndInPlace() throws Exception {
        Connection[] pair = pair();
        pair[0].out().write("hello".getBytes());
        pair[0].out().flush();
        assertThat(pair[1].in().fill()).isTrue();
        assertThat(pair[1].in().read()).isEqualTo('h');
        assertThat(new String(pair[1].in().readNBytes(4))).isEqualTo("ello");
        assertThat(pair[1].peer().orElseThrow().pid()).isEqualTo((int) ProcessHandle.current().pid());
    }

    /** It waited for its limit when the end had come before it began. */
    @Test
    void aHandshakeWithSomebodyWhoHasGoneFailsAtOnce() throws Exception {
        Connection[] pair = pair();
        pair[1].out().write("220 go ahead".getBytes());
        pair[1].close();
        assertThat(pair[0].in().readAllBytes()).hasSize(12);
        TlsContext context = TlsContext.client(new TlsSettings(Optional.empty(), TlsSettings.Request.NO,
                List.of("TLSv1.3"), TlsContext.cipherSuites(), List.of(), 0));
        assertThatThrownBy(() -> pair[0].startTls(context, new TlsServerName("x", 25), Duration.ofMinutes(5)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aPeerThatIsGoneEndsTheHandshakeAtOnce() throws Exception {
        Connection[] gone = pair();
        gone[1].abort();
        assertThat(gone[0].in().fill()).isFalse();
        assertThat(failure(gone[0])).isInstanceOf(IOException.class).isNotInstanceOf(SocketTimeoutException.class);
        Connection[] leaving = pair();
        CompletableFuture<Throwable> failure = CompletableFuture.supplyAsync(() -> failure(leaving[0]));
        assertThat(leaving[1].in().fill()).isTrue();
        leaving[1].abort();
        assertThat(failure.get(60, TimeUnit.SECONDS)).isInstanceOf(IOException.class)
                .isNotInstanceOf(SocketTimeoutException.class);
    }

    private static Throwable failure(Connection client) {
        return catchThrowable(() -> client.startTls(TlsContext.client(
                new TlsSettings(Optional.empty(), TlsSettings.Request.NO, List.of("TLSv1.3"),
                        TlsContext.cipherSuites(), List.of(), 0)),
                new TlsServerName("peer.test", 25), LIMIT));
    }

    @Test
    void twentyMegabytesPassThroughTheBound() throws Exception {
        Connection[] pair = pair();
        int size = 20 * 1024 * 1024;
        CountDownLatch sent = new CountDownLatch(1);
        Thread.startVirtualThread(() -> {
            byte[] block = new byte[10_000];
            try (Connection client = pair[0]) {
                for (int done = 0; done < size; done += block.length) {
                    block[0] = (byte) (done / block.length);
                    client.out().write(block, 0, Math.min(block.length, size - done));
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            sent.countDown();
        });
        byte[] all = pair[1].in().readAllBytes();
        assertThat(all).hasSize(size);
        assertThat(all[10_000 * 7]).isEqualTo((byte) 7);
        assertThat(sent.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aWriterToAPeerThatDoesNotReadTimesOut() throws Exception {
        Connection[] pair = pair();
        pair[0].timeout(Duration.ofMillis(50));
        byte[] block = new byte[64 * 1024];
        assertThatThrownBy(() -> {
            for (int i = 0; i < 1000; i++) {
                pair[0].out().write(block);
            }
        }).isInstanceOf(SocketTimeoutException.class);
        assertThat(pair[1].in().available()).isLessThan(ConnectionInput.HIGH_WATER + 64 * 1024);
    }

    @Test
    void aReaderTimesOutAndMayGoOn() throws Exception {
        Connection[] pair = pair();
        pair[1].timeout(Duration.ofMillis(20));
        assertThatThrownBy(() -> pair[1].in().read()).isInstanceOf(SocketTimeoutException.class);
        pair[1].timeout(LIMIT);
        pair[0].out().write('x');
        pair[0].out().flush();
        assertThat(pair[1].in().read()).isEqualTo('x');
    }

    @Test
    void aShortWaitEndsInTimeAfterALongOne() throws Exception {
        Connection[] pair = pair();
        pair[0].out().write('x');
        pair[0].out().flush();
        assertThat(pair[1].in().read()).isEqualTo('x');
        Thread echo = Thread.startVirtualThread(() -> {
            try {
                pair[0].out().write(pair[0].in().read());
                pair[0].out().flush();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        pair[1].out().write('y');
        pair[1].out().flush();
        assertThat(pair[1].in().read()).isEqualTo('y');
        echo.join();
        pair[1].timeout(Duration.ofMillis(20));
        assertThatThrownBy(() -> pair[1].in().read()).isInstanceOf(SocketTimeoutException.class);
        pair[1].timeout(Duration.ZERO);
        pair[1].in().deadline(System.nanoTime() + Duration.ofMillis(20).toNanos());
        assertThatThrownBy(() -> pair[1].in().read()).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void aConversationOnTheLoopWaitsWithoutHoldingTheLoop() throws Exception {
        Connection[] pair = pair();
        CompletableFuture<String> heard = new CompletableFuture<>();
        pair[1].start("listener", true, () -> {
            try {
                heard.complete(Thread.currentThread().getName() + (char) pair[1].in().read());
            } catch (IOException e) {
                heard.completeExceptionally(e);
            }
        });
        CompletableFuture<Integer> connected = new CompletableFuture<>();
        pair[0].start("speaker", true, () -> {
            // Connecting and accepting, too, need the loop that carries this thread.
            try (Connection other = network.connect(folder.resolve("s"), LIMIT)) {
                connected.complete(other.peer().orElseThrow().pid());
                pair[0].out().write('!');
                pair[0].out().flush();
            } catch (IOException e) {
                connected.completeExceptionally(e);
            }
        });
        assertThat(connected.get(60, TimeUnit.SECONDS)).isEqualTo((int) ProcessHandle.current().pid());
        assertThat(heard.get(60, TimeUnit.SECONDS)).isEqualTo("listener!");
    }

    @Test
    void aWriterOnTheLoopStopsForAPeerThatDoesNotRead() throws Exception {
        Connection[] pair = pair();
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        pair[0].timeout(Duration.ofMillis(50));
        byte[] block = new byte[64 * 1024];
        pair[0].start("writer", true, () -> {
            try {
                for (int i = 0; i < 1000; i++) {
                    pair[0].out().write(block);
                }
                end.complete(new AssertionError("64 megabytes went nowhere"));
            } catch (IOException e) {
                end.complete(e);
            }
        });
        assertThat(end.get(60, TimeUnit.SECONDS)).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void theTestsRunOnLoopsWhereDaemonsDo() {
        assertThat(network.thread("x", () -> {
        }).isVirtual()).isTrue();
        assertThat(LoopThreads.available()).as("surefire opens java.lang as the launcher does").isTrue();
    }

    @Test
    void aLoopThatWaitsForALockDoesNotKeepItFromTheThreadWhoseTurnItIs() throws Exception {
        ReentrantLock lock = new ReentrantLock(true);
        CompletableFuture<Boolean> threadHadIt = new CompletableFuture<>();
        CompletableFuture<Boolean> loopHadIt = new CompletableFuture<>();
        // Closed only when all is well: a loop that stands still would not end.
        Network single = new Network(1);
        lock.lock();
        try {
            single.thread("first in line", () -> {
                lock.lock();
                lock.unlock();
                threadHadIt.complete(true);
            }).start();
            await(() -> lock.getQueueLength() == 1);
            single.thread("finder of the loop", () -> Network.carrier().orElseThrow().execute(() -> {
                lock.lock();
                lock.unlock();
                loopHadIt.complete(true);
            })).start();
            await(() -> lock.getQueueLength() == 2);
        } finally {
            lock.unlock();
        }
        assertThat(threadHadIt.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(loopHadIt.get(60, TimeUnit.SECONDS)).isTrue();
        single.close();
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whatIsWrittenToAClosedConnectionTellsSo() throws Exception {
        Connection[] pair = pair();
        pair[1].abort();
        assertThat(pair[0].in().read()).isEqualTo(-1);
        pair[0].abort();
        await(() -> !pair[0].isOpen());
        assertThatThrownBy(() -> {
            pair[0].out().write(1);
            pair[0].out().flush();
        }).as("a client that kept the connection tries another").isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void abortWakesTheReader() throws Exception {
        Connection[] pair = pair();
        Thread.startVirtualThread(pair[1]::abort);
        assertThat(pair[1].in().read()).isEqualTo(-1);
        assertThat(pair[0].in().read()).isEqualTo(-1);
    }

    @Test
    void tcpKnowsBothAddresses() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Listener listener = network.bind(any, accepted::add);
        InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port());
        try (Connection client = network.connect(to, Optional.empty(), LIMIT)) {
            assertThat(client.remoteAddress()).contains(to);
            Connection server = accepted.poll(60, TimeUnit.SECONDS);
            assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
        }
    }

    @Test
    void connectingToNobodyFailsWithTheSystemsReason() {
        assertThatThrownBy(() -> network.connect(folder.resolve("absent"), LIMIT)).isInstanceOf(IOException.class)
                .hasMessage("No such file or directory");
        InetSocketAddress closed = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        assertThatThrownBy(() -> network.connect(closed, Optional.empty(), LIMIT)).hasMessage("Connection refused");
    }
}
