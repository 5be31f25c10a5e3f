package org.postrider.common.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketsTest {
    @TempDir
    Path directory;

    @Test
    void descriptorsTravelAndPeersAreKnown() throws Exception {
        Path path = directory.resolve("control");
        int listener = Sockets.listenUnix(path, 5);
        int client = Sockets.unixStream();
        Sockets.connectUnix(client, path.toString());
        int server = Sockets.accept(listener);
        assertThat(Sockets.peer(server).pid()).isEqualTo(Identity.pid());
        assertThat(Sockets.peer(server).uid()).isEqualTo(Identity.uid());

        Descriptors.Pipe pipe = Descriptors.pipe();
        assertThat(DescriptorPassing.send(server, text("with"), OptionalInt.of(pipe.writer()))).isEqualTo(4);
        DescriptorPassing.Received received = DescriptorPassing.receive(client, 100);
        assertThat(received.bytes()).isEqualTo(text("with"));
        int passed = received.descriptor().orElseThrow();
        assertThat(passed).isNotEqualTo(pipe.writer());
        Descriptors.write(passed, text("x"));
        assertThat(Descriptors.read(pipe.reader(), new byte[10])).isEqualTo(1);

        DescriptorPassing.send(server, text("without"), OptionalInt.empty());
        assertThat(DescriptorPassing.receive(client, 100).descriptor()).isEmpty();
        Descriptors.close(server);
        assertThat(DescriptorPassing.receive(client, 100).bytes()).isEmpty();
        for (int descriptor : new int[]{listener, client, pipe.reader(), pipe.writer(), passed}) {
            Descriptors.close(descriptor);
        }
    }

    @Test
    void inetListenersOfBothFamiliesShareAPort() throws Exception {
        int four = Sockets.listenInet(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 5);
        InetSocketAddress bound = Sockets.localAddress(four);
        assertThat(bound.getPort()).isPositive();
        int six = Sockets.listenInet(new InetSocketAddress(InetAddress.getByName("::1"), bound.getPort()), 5);
        try (Socket client = new Socket("127.0.0.1", bound.getPort())) {
            assertThat(Poll.await(new int[]{six, four}, new int[]{Poll.READABLE, Poll.READABLE}, 5000))
                    .containsExactly(0, Poll.READABLE);
            int accepted = Sockets.accept(four);
            Descriptors.write(accepted, text("hello"));
            assertThat(client.getInputStream().readNBytes(5)).isEqualTo(text("hello"));
            Descriptors.close(accepted);
        }
        assertThatThrownBy(() -> Sockets.listenInet(bound, 5)).isInstanceOf(PosixException.class)
                .hasMessage("Address already in use");
        Descriptors.close(four);
        Descriptors.close(six);
    }

    @Test
    void datagramsArriveByPathAndByAbstractName() throws Exception {
        Path path = directory.resolve("log");
        int receiver = Sockets.bindDatagram(path);
        int sender = Sockets.unixDatagram();
        Sockets.sendTo(sender, text("line"), path.toString());
        assertThat(DescriptorPassing.receive(receiver, 100).bytes()).isEqualTo(text("line"));

        int named = Sockets.bindDatagram(Path.of("@postrider-test-" + Identity.pid()));
        Sockets.sendTo(sender, text("READY=1"), "@postrider-test-" + Identity.pid());
        assertThat(DescriptorPassing.receive(named, 100).bytes()).isEqualTo(text("READY=1"));
        assertThatThrownBy(() -> Sockets.sendTo(sender, text("x"), directory.resolve("none").toString()))
                .hasMessage("No such file or directory");
        for (int descriptor : new int[]{receiver, sender, named}) {
            Descriptors.close(descriptor);
        }
    }

    @Test
    void anEventWakesAPollUntilItIsCleared() throws Exception {
        int event = Descriptors.event();
        int[] readable = {Poll.READABLE};
        assertThat(Poll.await(new int[]{event}, readable, 0)).containsExactly(0);
        Descriptors.signal(event);
        Descriptors.signal(event);
        assertThat(Poll.await(new int[]{event}, readable, 1000)).containsExactly(Poll.READABLE);
        Descriptors.clear(event);
        Descriptors.clear(event);
        assertThat(Poll.await(new int[]{event}, readable, 0)).containsExactly(0);
        Descriptors.close(event);
    }

    @Test
    void anAcceptThatWouldWaitSaysSo() throws Exception {
        int listener = Sockets.listenUnix(directory.resolve("idle"), 5);
        Descriptors.blocking(listener, false);
        assertThatThrownBy(() -> Sockets.accept(listener)).isInstanceOfSatisfying(PosixException.class,
                e -> assertThat(e.errno()).isEqualTo(Errno.EAGAIN));
        Descriptors.close(listener);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
