package org.postrider.common.lookup;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a program that answers lookups, opened when it is needed and kept. One exchange at a time; an exchange that
 * breaks on a kept connection is tried again on a new one. Waits at most 100 seconds for TCP; a Unix-domain server is local and
 * trusted to answer.
 */
final class TableServer {
    private static final int TIMEOUT_MILLIS = 100_000;

    /** Writes one question, reads its answer. */
    interface Exchange<T> {
        T run(InputStream in, OutputStream out) throws IOException;
    }

    /** Where the server is. */
    sealed interface Place {
        record Inet(String host, int port) implements Place {}

        record Local(Path path) implements Place {}
    }

    private record Link(AutoCloseable socket, InputStream in, OutputStream out) {}

    private final Place place;
    private final ReentrantLock turn = new ReentrantLock();
    private @Nullable Link link;

    TableServer(Place place) {
        this.place = place;
    }

    <T> T ask(Exchange<T> exchange) throws IOException {
        turn.lock();
        try {
            Link kept = link;
            if (kept != null) {
                try {
                    return exchange.run(kept.in, kept.out);
                } catch (IOException _) {
                    drop(kept);
                }
            }
            Link fresh = connect();
            link = fresh;
            try {
                return exchange.run(fresh.in, fresh.out);
            } catch (IOException e) {
                drop(fresh);
                throw e;
            }
        } finally {
            turn.unlock();
        }
    }

    private Link connect() throws IOException {
        return switch (place) {
            case Place.Inet(String host, int port) -> {
                Socket socket = new Socket();
                try {
                    socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
                    socket.setSoTimeout(TIMEOUT_MILLIS);
                    yield link(socket, socket.getInputStream(), socket.getOutputStream());
                } catch (IOException e) {
                    socket.close();
                    throw e;
                }
            }
            case Place.Local(Path path) -> {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                try {
                    channel.connect(UnixDomainSocketAddress.of(path));
                    yield link(channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
                } catch (IOException e) {
                    channel.close();
                    throw e;
                }
            }
        };
    }

    private static Link link(AutoCloseable socket, InputStream in, OutputStream out) {
        return new Link(socket, new BufferedInputStream(in), new BufferedOutputStream(out));
    }

    private void drop(Link broken) {
        link = null;
        try {
            broken.socket.close();
        } catch (Exception _) {
            // It is broken already.
        }
    }
}
