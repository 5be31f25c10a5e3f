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
    private final Complaints complaints;
    private final ReentrantLock turn = new ReentrantLock();
    private @Nullable Link link;

    TableServer(Place place, Complaints complaints) {
        this.place = place;
        this.complaints = complaints;
    }

    /** Reads {@code host:port}, {@code [address]:port}, or a port of this host; {@code title} names the table in the error. */
    static Place inet(String title, String place) {
        int colon = place.lastIndexOf(':');
        String host = colon < 0 ? "localhost" : place.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = Integer.parseInt(place.substring(colon + 1));
            if (port > 0 && port < 65536 && !host.isEmpty()) {
                return new Place.Inet(host, port);
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new TableException("bad server address: \"" + title + '"');
    }

    /** One lookup. A server that can't be asked makes the table unavailable; why is told, after {@code act}. */
    LookupResult find(String act, Exchange<LookupResult> lookup) {
        try {
            return ask(lookup);
        } catch (IOException e) {
            String problem = act + ": " + FileTable.words(e);
            complaints.warn(problem);
            return new LookupResult.Unavailable(problem);
        }
    }

    private <T> T ask(Exchange<T> exchange) throws IOException {
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
