package org.postrider.common.ipc;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Network;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of one service socket. Idle connections are kept for the next call, at most {@code idle} unused and {@code lifetime}
 * in all, and a call on a kept connection that turns out dead is made once more on a new one. Safe for many threads: every call
 * has a connection to itself.
 *
 * <p>Errors: {@link IOException} when the service can't be reached or breaks off; the caller decides what that means for mail
 * (always something temporary).
 */
public final class ServiceClient implements AutoCloseable {
    /** ipc_timeout, ipc_idle and ipc_ttl of postconf(5). */
    public record Limits(Duration timeout, Duration idle, Duration lifetime) {
        /** Postfix's defaults. */
        public static final Limits DEFAULT = new Limits(Duration.ofSeconds(3600), Duration.ofSeconds(5),
                Duration.ofSeconds(1000));
    }

    /** One exchange on a connection; it may be run a second time when a kept connection was dead. */
    public interface Exchange<T> {
        T run(Connection connection) throws IOException;
    }

    private record Kept(Connection connection, long made, long used) {}

    private static final Logger LOG = LoggerFactory.getLogger(ServiceClient.class);

    private final Network network;
    private final Path socket;
    private final Limits limits;
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();

    public ServiceClient(Network network, Path socket, Limits limits) {
        this.network = network;
        this.socket = socket;
        this.limits = limits;
    }

    /** The socket's path. */
    public Path socket() {
        return socket;
    }

    /** Sends one request and reads one answer. */
    public Attributes call(Attributes request) throws IOException {
        return exchange(connection -> {
            request.write(connection.out());
            connection.out().flush();
            return Attributes.read(connection.in());
        });
    }

    /**
     * Connects ahead of the first call, on a thread of its own, so that a daemon which is started on demand starts now. What goes
     * wrong shows at the first call.
     */
    public void wake() {
        network.thread("wake", () -> {
            try (Lease lease = lease()) {
                lease.giveBack();
            } catch (IOException _) {
                // The first call will meet it again, and its caller can tell.
            }
        }).start();
    }

    /** Sends something that has no answer. */
    public void send(byte[] bytes) throws IOException {
        try (Lease lease = lease()) {
            lease.connection().out().write(bytes);
            lease.connection().out().flush();
            lease.giveBack();
        }
    }

    /** Runs an exchange on a kept or new connection and keeps the connection afterwards. */
    public <T> T exchange(Exchange<T> exchange) throws IOException {
        Lease lease = lease();
        while (true) {
            try {
                T answer = exchange.run(lease.connection());
                lease.giveBack();
                return answer;
            } catch (EOFException | java.nio.channels.ClosedChannelException | java.net.SocketException e) {
                lease.drop();
                if (!lease.reused()) {
                    throw e;
                }
                lease = fresh();
            } catch (IOException e) {
                lease.drop();
                throw e;
            }
        }
    }

    /**
     * A connection for a longer conversation; give it back in a clean state or drop it.
     *
     * @throws ServiceUnreachableException when none is kept and none can be made
     */
    public Lease lease() throws ServiceUnreachableException {
        Kept ready = takeKept();
        return ready == null ? fresh() : new Lease(ready.connection(), ready.made(), true);
    }

    /**
     * A new connection, whatever is kept.
     *
     * @throws ServiceUnreachableException when none can be made
     */
    public Lease fresh() throws ServiceUnreachableException {
        try {
            Connection connection = network.connect(socket, limits.timeout());
            connection.timeout(limits.timeout());
            return new Lease(connection, System.nanoTime(), false);
        } catch (IOException e) {
            throw new ServiceUnreachableException(socket, e);
        }
    }

    private synchronized @Nullable Kept takeKept() {
        long now = System.nanoTime();
        while (true) {
            Kept last = kept.pollLast();
            if (last == null) {
                return null;
            }
            if (usable(last, now) && !spoke(last)) {
                return last;
            }
            last.connection().abort();
        }
    }

    /** What was not asked for is not the answer to what will be asked. */
    private boolean spoke(Kept one) {
        boolean spoke = one.connection().in().available() > 0;
        if (spoke) {
            LOG.warn("{}: an answer that nobody waits for: the connection is closed", socket);
        }
        return spoke;
    }

    private boolean usable(Kept one, long now) {
        return one.connection().isOpen() && !one.connection().in().atEnd()
                && now - one.used() < limits.idle().toNanos() && now - one.made() < limits.lifetime().toNanos();
    }

    private synchronized void keep(Connection connection, long made) {
        long now = System.nanoTime();
        for (Iterator<Kept> oldest = kept.iterator(); oldest.hasNext();) {
            Kept one = oldest.next();
            if (usable(one, now)) {
                break;
            }
            one.connection().abort();
            oldest.remove();
        }
        kept.addLast(new Kept(connection, made, now));
    }

    /** Closes the kept connections; running calls are not touched. */
    @Override
    public synchronized void close() {
        for (Kept one : kept) {
            one.connection().abort();
        }
        kept.clear();
    }

    /** A connection that one caller has for itself. */
    public final class Lease implements AutoCloseable {
        private final Connection connection;
        private final long made;
        private final boolean reused;
        private boolean settled;

        private Lease(Connection connection, long made, boolean reused) {
            this.connection = connection;
            this.made = made;
            this.reused = reused;
        }

        public Connection connection() {
            return connection;
        }

        /** True when the connection has served an earlier call, and so may turn out dead. */
        public boolean reused() {
            return reused;
        }

        /** Back for the next caller: the conversation stands at the start of a request. */
        public void giveBack() {
            if (!settled) {
                settled = true;
                keep(connection, made);
            }
        }

        /** Not to be used again. */
        public void drop() {
            if (!settled) {
                settled = true;
                connection.abort();
            }
        }

        /** Drops the connection unless it was given back. */
        @Override
        public void close() {
            drop();
        }
    }
}
