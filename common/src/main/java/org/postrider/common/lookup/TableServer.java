package org.postrider.common.lookup;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connections to a program that answers lookups: opened when they are needed, one for each lookup that is under way, and kept for
 * the next ones. An exchange that breaks on a kept connection is tried again on a new one. A lookup has 100 seconds in all, however
 * slowly a server dribbles its answer, waiting for a connection included. Safe for many threads.
 */
final class TableServer {
    static final Duration LIMIT = Duration.ofSeconds(100);
    /** As many processes as Postfix would have to ask for others; a server that hangs must not fill the process with sockets. */
    private static final int MOST_LINKS = 100;
    private static final Duration IDLE = Duration.ofSeconds(10);

    /** Writes one question, reads its answer. */
    interface Exchange<T> {
        T run(InputStream in, OutputStream out) throws IOException;
    }

    /** Where the server is. */
    sealed interface Place {
        record Inet(String host, int port) implements Place {}

        record Local(Path path) implements Place {}
    }

    private record Link(AutoCloseable socket, InputStream in, OutputStream out) {
        void close() {
            try {
                socket.close();
            } catch (Exception _) {
                // It is of no use any more.
            }
        }
    }

    private record Kept(Link link, long since) {}

    private final Place place;
    private final Complaints complaints;
    private final Aside aside;
    private final Duration limit;
    private final Semaphore room = new Semaphore(MOST_LINKS);
    private final ArrayDeque<Kept> idle = new ArrayDeque<>();
    private boolean sweeping;

    /**
     * A server that nobody has asked yet.
     *
     * @param aside where a host's name is looked up
     * @param limit for one lookup
     */
    TableServer(Place place, Complaints complaints, Aside aside, Duration limit) {
        this.place = place;
        this.complaints = complaints;
        this.aside = aside;
        this.limit = limit;
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
            return ask(lookup, System.nanoTime() + limit.toNanos());
        } catch (IOException e) {
            String problem = act + ": " + FileTable.words(e);
            complaints.warn(problem);
            return new LookupResult.Unavailable(problem);
        }
    }

    private <T> T ask(Exchange<T> exchange, long deadline) throws IOException {
        try {
            if (!room.tryAcquire(left(deadline), TimeUnit.NANOSECONDS)) {
                throw new SocketTimeoutException("Connection timed out");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        try {
            Link kept = take();
            if (kept != null) {
                try {
                    return run(kept, exchange, deadline);
                } catch (SocketTimeoutException e) {
                    throw e;
                } catch (IOException _) {
                    // It died while nobody used it.
                }
            }
            return run(connect(deadline), exchange, deadline);
        } finally {
            room.release();
        }
    }

    /** Nanoseconds. */
    private static long left(long deadline) {
        return Math.max(0, deadline - System.nanoTime());
    }

    /** The connection is closed when the time is over, which ends whatever waits for it. */
    private <T> T run(Link link, Exchange<T> exchange, long deadline) throws IOException {
        CompletableFuture<Void> end = new CompletableFuture<Void>().orTimeout(left(deadline), TimeUnit.NANOSECONDS);
        CompletableFuture<Void> _ = end.whenComplete((_, late) -> {
            if (late != null) {
                link.close();
            }
        });
        boolean inTime = false;
        try {
            T answer = exchange.run(link.in, link.out);
            inTime = end.complete(null);
            return answer;
        } catch (IOException e) {
            throw end.complete(null) ? e : new SocketTimeoutException("Connection timed out");
        } finally {
            boolean _ = end.complete(null);
            if (inTime) {
                keep(link);
            } else {
                link.close();
            }
        }
    }

    private synchronized @Nullable Link take() {
        Kept last = idle.pollLast();
        return last == null ? null : last.link;
    }

    private synchronized void keep(Link link) {
        idle.addLast(new Kept(link, System.nanoTime()));
        if (!sweeping) {
            sweeping = true;
            aside.later(this::sweep);
        }
    }

    /** Closes what nobody has used for a while; runs as long as connections are kept. */
    private void sweep() {
        List<Link> old = new ArrayList<>();
        synchronized (this) {
            long now = System.nanoTime();
            while (!idle.isEmpty() && now - idle.getFirst().since >= IDLE.toNanos()) {
                old.add(idle.removeFirst().link);
            }
            sweeping = !idle.isEmpty();
            if (sweeping) {
                aside.later(this::sweep);
            }
        }
        old.forEach(Link::close);
    }

    private Link connect(long deadline) throws IOException {
        return switch (place) {
            case Place.Inet(String host, int port) -> {
                InetSocketAddress address = aside.call(() -> new InetSocketAddress(host, port));
                Socket socket = new Socket();
                try {
                    socket.connect(address, (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(left(deadline))));
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
}
