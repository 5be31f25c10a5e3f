package org.postrider.tables;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.postrider.common.lookup.Complaints;

/**
 * The servers of one table, and the few connections to them. A server with an open connection is asked first; else one of those that
 * are not known to be down, local ones first, in random order or in the order given; when it fails, the next. A server that can't be reached is left alone
 * for a while. Connections that nobody used for a while are closed.
 *
 * <p>Safe for many threads; as many connections are open as threads ask at the same time, which {@code Aside} bounds. The lock is
 * never held while a server is waited for.
 *
 * @param <C> a connection
 */
public final class HostPool<C extends AutoCloseable> {
    /** A server. */
    public record Host(String name, boolean local) {}

    /** What differs between the databases. */
    public interface Driver<C> {
        /** Connects, within a time limit; the exception's message is the reason. */
        C connect(Host host) throws Exception;

        /** Whether a connection can't be used any more after this failure. */
        boolean isBroken(C connection, Exception failure);

        /** Whether a kept connection leads to something that is not there any more. */
        default boolean isStale(C connection) {
            return false;
        }

        /** The warning about a server that can't be reached. */
        String connectComplaint(Host host, String reason);

        /** The warning about a question that failed. */
        String queryComplaint(Host host, String reason);
    }

    /** Asks one question. A {@link DatabaseException} is final; after any other failure the next server is asked. */
    public interface Question<C, R> {
        R ask(C connection) throws Exception;
    }

    /**
     * How long things last.
     *
     * @param idle idle_interval: an unused connection is closed then
     * @param retry retry_interval: a server that could not be reached is left alone
     */
    public record Times(Duration idle, Duration retry) {}

    /** There is no connection. */
    private static final class UnreachableException extends IOException {
        private static final long serialVersionUID = 1L;

        UnreachableException(String message) {
            super(message);
        }
    }

    private record Kept<T>(T connection, Instant since) {}

    private static final class Server<T> {
        private final Host host;
        private final ArrayDeque<Kept<T>> idle = new ArrayDeque<>();
        private Instant downUntil = Instant.MIN;
        private String reason = "";

        Server(Host host) {
            this.host = host;
        }
    }

    private final List<Server<C>> servers;
    private final Driver<C> driver;
    private final Times times;
    private final InstantSource clock;
    private final Optional<RandomGenerator> random;
    private final Complaints complaints;
    private boolean sweeping;

    /**
     * A pool without connections yet.
     *
     * @param random shuffles the servers; empty: they are tried in the order given
     */
    public HostPool(List<Host> hosts, Driver<C> driver, Times times, InstantSource clock,
            Optional<RandomGenerator> random,
            Complaints complaints) {
        this.servers = hosts.stream().map(host -> new Server<C>(host)).toList();
        this.driver = driver;
        this.times = times;
        this.clock = clock;
        this.random = random;
        this.complaints = complaints;
    }

    /**
     * Asks one server after another until one answers.
     *
     * @throws DatabaseException when none does
     */
    public <R> R ask(Question<C, R> question) throws DatabaseException {
        String reason = "no server";
        boolean reached = false;
        for (Server<C> server : order()) {
            try {
                return ask(server, question);
            } catch (DatabaseException e) {
                throw e;
            } catch (Exception e) {
                reason = message(e);
                reached |= !(e instanceof UnreachableException);
            }
        }
        throw new DatabaseException("query error: " + reason, reached);
    }

    /** With an open connection first; then, shuffled, those that may be tried, local ones before others. */
    private synchronized List<Server<C>> order() {
        List<Server<C>> shuffled = new ArrayList<>(servers);
        random.ifPresent(chance -> Collections.shuffle(shuffled, Random.from(chance)));
        List<Server<C>> order = new ArrayList<>();
        shuffled.stream().filter(server -> !server.idle.isEmpty()).forEach(order::add);
        shuffled.stream().filter(server -> server.idle.isEmpty() && server.host.local).forEach(order::add);
        shuffled.stream().filter(server -> server.idle.isEmpty() && !server.host.local).forEach(order::add);
        return order;
    }

    private <R> R ask(Server<C> server, Question<C, R> question) throws Exception {
        C kept = take(server);
        if (kept != null && driver.isStale(kept)) {
            close(kept);
            forget(server);
        } else if (kept != null) {
            try {
                return answer(server, kept, question);
            } catch (DatabaseException e) {
                throw e;
            } catch (Exception e) {
                if (!driver.isBroken(kept, e)) {
                    throw complained(server, e);
                }
                // It died while nobody used it, and so did the others. A new one tells whether the server lives.
                forget(server);
            }
        }
        C fresh = connect(server);
        try {
            return answer(server, fresh, question);
        } catch (DatabaseException e) {
            throw e;
        } catch (Exception e) {
            if (driver.isBroken(fresh, e)) {
                down(server, message(e));
            }
            throw complained(server, e);
        }
    }

    private Exception complained(Server<C> server, Exception e) {
        complaints.warn(driver.queryComplaint(server.host, message(e)));
        return e;
    }

    private <R> R answer(Server<C> server, C connection, Question<C, R> question) throws Exception {
        boolean usable = false;
        try {
            R answer = question.ask(connection);
            usable = true;
            return answer;
        } catch (DatabaseException e) {
            usable = true;
            throw e;
        } catch (Exception e) {
            usable = !driver.isBroken(connection, e);
            throw e;
        } finally {
            if (usable) {
                keep(server, connection);
            } else {
                close(connection);
            }
        }
    }

    private C connect(Server<C> server) throws Exception {
        synchronized (this) {
            if (clock.instant().isBefore(server.downUntil)) {
                throw new UnreachableException(server.reason);
            }
        }
        try {
            return driver.connect(server.host);
        } catch (Exception e) {
            down(server, message(e));
            complaints.warn(driver.connectComplaint(server.host, message(e)));
            throw new UnreachableException(message(e));
        }
    }

    private synchronized void down(Server<C> server, String reason) {
        server.downUntil = clock.instant().plus(times.retry);
        server.reason = reason;
    }

    private void forget(Server<C> server) {
        List<C> old = new ArrayList<>();
        synchronized (this) {
            server.idle.forEach(one -> old.add(one.connection));
            server.idle.clear();
        }
        old.forEach(this::close);
    }

    private synchronized @Nullable C take(Server<C> server) {
        Kept<C> last = server.idle.pollLast();
        return last == null ? null : last.connection;
    }

    private synchronized void keep(Server<C> server, C connection) {
        server.downUntil = Instant.MIN;
        server.idle.addLast(new Kept<>(connection, clock.instant()));
        if (!sweeping) {
            sweeping = true;
            sweepLater();
        }
    }

    private void sweepLater() {
        CompletableFuture.delayedExecutor(times.idle.toMillis() + 100, TimeUnit.MILLISECONDS,
                task -> Thread.ofPlatform().daemon(true).name("table-idle").start(task)).execute(this::sweep);
    }

    /** Closes what nobody has used for the idle time; runs as long as connections are kept. */
    void sweep() {
        List<C> old = new ArrayList<>();
        synchronized (this) {
            Instant limit = clock.instant().minus(times.idle);
            boolean any = false;
            for (Server<C> server : servers) {
                while (!server.idle.isEmpty() && !server.idle.getFirst().since.isAfter(limit)) {
                    old.add(server.idle.removeFirst().connection);
                }
                any |= !server.idle.isEmpty();
            }
            sweeping = any;
            if (any) {
                sweepLater();
            }
        }
        old.forEach(this::close);
    }

    /** How many connections are kept. */
    synchronized int kept() {
        return servers.stream().mapToInt(server -> server.idle.size()).sum();
    }

    private void close(C connection) {
        try {
            connection.close();
        } catch (Exception _) {
            // It is of no use any more, whatever it says.
        }
    }

    private static String message(Exception e) {
        String text = e.getMessage();
        return text == null ? e.getClass().getSimpleName() : text.strip().replaceAll("\\s+", " ");
    }
}
