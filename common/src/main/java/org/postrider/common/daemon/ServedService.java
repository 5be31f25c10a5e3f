package org.postrider.common.daemon;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.log.Log;
import org.postrider.common.posix.FileWords;
import org.postrider.common.wire.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One service that this process serves, through its configuration generations: takes clients from the event loops, gives each
 * a virtual thread, keeps to the limit, and lets an old generation retire after its last conversation. Clients over the limit
 * wait in the kernel's backlog; the few that were accepted before accepting could be paused wait here.
 */
public final class ServedService {
    private static final Logger LOG = LoggerFactory.getLogger(ServedService.class);

    /** One opened service with the conversations that run on it. Guarded by the outer object's lock. */
    private static final class Generation {
        final ServiceContext context;
        final Service service;
        final Duration maxIdle;
        int conversations;
        boolean replaced;

        Generation(ServiceContext context, Service service, Duration maxIdle) {
            this.context = context;
            this.service = service;
            this.maxIdle = maxIdle;
        }

        void retire() {
            context.logContext().run(() -> {
                try {
                    service.retire();
                } catch (RuntimeException e) {
                    LOG.warn("service {} did not retire cleanly: {}", context.serviceName(), e.toString());
                }
                context.close();
            });
        }
    }

    /** A client and the service it was counted in with. */
    private record Client(Generation generation, Connection connection) {}

    private final Program program;
    private final String identity;
    private final Consumer<ControlMessage> master;
    private final Map<String, ServiceListener> listeners = new HashMap<>();
    private final ArrayDeque<Connection> waiting = new ArrayDeque<>();
    private @Nullable Generation current;
    private int conversations;
    private boolean full;
    private long lastActive = System.nanoTime();

    /** @param master is told when the service is ready, has failed, or has reached its limit */
    public ServedService(Program program, String identity, Consumer<ControlMessage> master) {
        this.program = program;
        this.identity = identity;
        this.master = master;
    }

    /**
     * Opens the service, or opens it anew with changed parameters; the old generation keeps its conversations, and all new
     * ones too when the new parameters can't be used.
     */
    public void open(ServiceContext context) {
        context.logContext().run(() -> {
            try {
                Duration maxIdle = context.parameters().time("max_idle");
                replace(new Generation(context, program.open(context, service()), maxIdle));
                master.accept(new ControlMessage.Ready(identity, context.generation()));
            } catch (ConfigurationException e) {
                failed(String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                LOG.debug("opening service {}", identity, e);
                failed("service " + identity + ": " + whereabouts(e));
            }
        });
    }

    private void failed(String reason) {
        LOG.error(Log.FATAL, reason);
        master.accept(new ControlMessage.Failed(identity, reason, service().isPresent()));
    }

    private void replace(Generation opened) {
        Generation retired = null;
        List<Client> startable;
        synchronized (this) {
            Generation old = current;
            if (old != null) {
                old.replaced = true;
                retired = old.conversations == 0 ? old : null;
            }
            current = opened;
            startable = startable();
        }
        startable.forEach(this::start);
        if (retired != null) {
            retired.retire();
        }
        adjust();
    }

    /** The service of the current generation, if one could be opened. */
    public synchronized Optional<Service> service() {
        return current == null ? Optional.empty() : Optional.of(current.service);
    }

    /** Adds a listener that brings clients to {@link #accept}. */
    void add(String name, ServiceListener listener) {
        ServiceListener former;
        synchronized (this) {
            former = listeners.put(name, listener);
            if (full) {
                listener.pause();
            }
        }
        if (former != null) {
            former.close();
        }
    }

    /** Closes one listener. */
    void remove(String name) {
        ServiceListener former;
        synchronized (this) {
            former = listeners.remove(name);
        }
        if (former != null) {
            former.close();
        }
    }

    /** Closes every listener. A client that is just being handed over may still come, and is served. */
    public void stopListening() {
        List<ServiceListener> all;
        synchronized (this) {
            all = List.copyOf(listeners.values());
            listeners.clear();
        }
        all.forEach(ServiceListener::close);
    }

    /** Takes a client; on an event loop, so it returns at once. */
    public void accept(Connection connection) {
        List<Client> startable;
        synchronized (this) {
            lastActive = System.nanoTime();
            waiting.add(connection);
            startable = startable();
        }
        startable.forEach(this::start);
        adjust();
    }

    /** Counts in and returns the waiting clients that may be served now. */
    private synchronized List<Client> startable() {
        Generation generation = current;
        List<Client> some = new ArrayList<>();
        while (generation != null && !waiting.isEmpty() && !atLimit()) {
            conversations++;
            generation.conversations++;
            some.add(new Client(generation, waiting.remove()));
        }
        return some;
    }

    private synchronized boolean atLimit() {
        int limit = current == null ? 0 : current.context.limit();
        return limit > 0 && conversations >= limit;
    }

    private void start(Client client) {
        Generation generation = client.generation;
        client.connection.start(identity, generation.service.conversesOnLoop(), () -> {
            try {
                generation.context.sessionContext().run(() -> converse(generation, client.connection));
            } finally {
                finished(generation);
            }
        });
    }

    private static void converse(Generation generation, Connection connection) {
        try (connection) {
            generation.service.converse(connection);
        } catch (FileSystemException e) {
            LOG.warn("service {}: {}", generation.context.serviceName(), FileWords.at(e));
        } catch (IOException e) {
            LOG.debug("client gone", e);
        } catch (ConfigurationException e) {
            LOG.error(Log.FATAL, e.getMessage());
        } catch (RuntimeException | StackOverflowError e) {
            LOG.warn("conversation of service {} failed: {}", generation.context.serviceName(), whereabouts(e));
            LOG.debug("conversation failed", e);
        }
    }

    private void finished(Generation generation) {
        boolean retires;
        List<Client> startable;
        synchronized (this) {
            conversations--;
            generation.conversations--;
            lastActive = System.nanoTime();
            retires = generation.replaced && generation.conversations == 0;
            startable = startable();
        }
        if (retires) {
            generation.retire();
        }
        startable.forEach(this::start);
        adjust();
    }

    /** Pauses or resumes accepting where the limit was reached or left, and tells master. */
    private void adjust() {
        synchronized (this) {
            boolean now = atLimit();
            if (now == full) {
                return;
            }
            full = now;
            listeners.values().forEach(now ? ServiceListener::pause : ServiceListener::resume);
            master.accept(new ControlMessage.Load(identity, conversations, now));
        }
    }

    /** Hands a datagram over; on the receiving thread. */
    void datagram(byte[] bytes) {
        outside("datagram", service -> service.datagram(bytes));
    }

    /** The wakeup time has come. */
    public void wakeup() {
        Thread.ofVirtual().name(identity).start(() -> outside("wakeup", Service::wakeup));
    }

    /** The process is going to stop. */
    public void stopping() {
        outside("stop", Service::stopping);
    }

    private void outside(String what, Consumer<Service> work) {
        Generation generation;
        synchronized (this) {
            lastActive = System.nanoTime();
            generation = current;
            if (generation != null) {
                generation.conversations++;
            }
        }
        if (generation == null) {
            return;
        }
        generation.context.logContext().run(() -> {
            try {
                work.accept(generation.service);
            } catch (RuntimeException | StackOverflowError e) {
                LOG.warn("{} of service {} failed: {}", what, generation.context.serviceName(), whereabouts(e));
                LOG.debug("{} failed", what, e);
            }
        });
        boolean retires;
        synchronized (this) {
            lastActive = System.nanoTime();
            generation.conversations--;
            retires = generation.replaced && generation.conversations == 0;
        }
        if (retires) {
            generation.retire();
        }
    }

    private static String whereabouts(Throwable e) {
        StackTraceElement[] trace = e.getStackTrace();
        return trace.length == 0 ? e.toString() : e + " at " + trace[0];
    }

    /** Conversations that run or wait. */
    public synchronized int conversations() {
        return conversations + waiting.size();
    }

    /** How long from now until the service has been idle for max_idle; not positive when it may leave. */
    Duration untilIdle() {
        synchronized (this) {
            Duration maxIdle = current == null ? Duration.ZERO : current.maxIdle;
            if (conversations() > 0) {
                return maxIdle.plusSeconds(1);
            }
            return maxIdle.minusNanos(System.nanoTime() - lastActive);
        }
    }

    /** True when a new process should take over. */
    boolean isOutdated() {
        return service().map(Service::isOutdated).orElse(false);
    }

    /** False while the service has work that no conversation shows. */
    boolean mayLeave() {
        return service().map(Service::mayLeave).orElse(true);
    }

    /** The end: the service retires whatever still runs. */
    public void close() {
        stopListening();
        Generation last;
        synchronized (this) {
            last = current;
            current = null;
        }
        if (last != null) {
            last.retire();
        }
    }
}
