package org.postrider.common.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.log.Log;
import org.postrider.common.lookup.TableFiles;
import org.postrider.common.lookup.TablePlugins;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Identity;
import org.postrider.common.wire.ListenerKind;
import org.postrider.common.wire.Network;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a daemon process, on its main thread: does what master says, leaves when it is idle, told to, or when master has
 * gone. States: serving, then leaving (listeners closed, conversations finish), then gone.
 */
final class DaemonLoop {
    private static final Logger LOG = LoggerFactory.getLogger(DaemonLoop.class);
    /** A client that the event loop had accepted just before the listener was closed shows up within this time. */
    private static final Duration SETTLING = Duration.ofMillis(100);
    /** How long conversations may go on after master has died; a new master waits for us to leave. */
    private static final Duration ORPHANED = Duration.ofSeconds(5);
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(20);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final int FILE_THREADS = 16;
    /** How often tables are looked at that only a new process can read again. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final Program program;
    private final ControlChannel channel;
    private final BiConsumer<ServiceDescription, ServiceContext> logging;
    private final Network network;
    private final ExecutorService fileWork;
    private final ServiceContext.Shared shared;
    private final Map<String, ServedService> services = new LinkedHashMap<>();
    private boolean prepared;
    private long generation;
    private boolean leaving;
    private boolean everOpened;
    private long listenersClosed;
    private long deadline = Long.MAX_VALUE;

    /** @param logging starts logging when the first service is known */
    DaemonLoop(Program program, ControlChannel channel, BiConsumer<ServiceDescription, ServiceContext> logging,
            InstantSource clock) {
        this.program = program;
        this.channel = channel;
        this.network = new Network(program.eventLoops());
        this.logging = logging;
        ThreadPoolExecutor threads = new ThreadPoolExecutor(FILE_THREADS, FILE_THREADS, 30, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), Thread.ofPlatform().name("file-", 0).daemon(true).factory());
        threads.allowCoreThreadTimeOut(true);
        this.fileWork = threads;
        this.shared = new ServiceContext.Shared(network, fileWork, clock, new SessionNumbers(Identity.pid()),
                TablePlugins.ofImage(), new TableFiles(clock));
    }

    /** Serves. Returns the exit status. */
    int run() {
        channel.send(new ControlMessage.Hello(program.name()));
        while (true) {
            boolean speaks = channel.await(longestWait());
            if (speaks && !handleOne()) {
                leave(ORPHANED);
                channel.deaf();
            }
            if (!leaving && idle()) {
                LOG.debug("idle for max_idle, leaving");
                leave(Duration.ofDays(1));
            }
            if (!leaving && isOutdated()) {
                leave(Duration.ofDays(1));
            }
            if (leaving && finished()) {
                services.values().stream().filter(s -> s.conversations() == 0).forEach(ServedService::close);
                return services.isEmpty() || everOpened ? 0 : 1;
            }
        }
    }

    private boolean isOutdated() {
        Optional<Path> table = shared.tableFiles().outdated();
        table.ifPresent(file -> LOG.info("table {} has changed -- restarting", file));
        return table.isPresent() || services.values().stream().anyMatch(ServedService::isOutdated);
    }

    private boolean handleOne() {
        Optional<ControlFrames.Arrived> arrived = channel.receive();
        arrived.ifPresent(one -> handle(one.message(), one.descriptor()));
        return arrived.isPresent();
    }

    private void handle(ControlMessage message, OptionalInt descriptor) {
        switch (message) {
            case ControlMessage.Serve(ServiceDescription service) -> serve(service);
            case ControlMessage.Listen(String service, String listener) -> listen(service, listener, descriptor);
            case ControlMessage.Unlisten(String service, String listener) ->
                served(service).ifPresent(s -> s.remove(listener));
            case ControlMessage.Wakeup(String service) -> served(service).ifPresent(ServedService::wakeup);
            case ControlMessage.Withdraw(String service) -> withdraw(service);
            case ControlMessage.Stop(Duration limit) -> leave(limit);
            case ControlMessage.Hello _,ControlMessage.Ready _,ControlMessage.Failed _,ControlMessage.Load _,ControlMessage.Leaving _ ->
                LOG.warn("unexpected message from master: {}", message);
        }
    }

    private Optional<ServedService> served(String identity) {
        return Optional.ofNullable(services.get(identity));
    }

    private void serve(ServiceDescription service) {
        ServiceContext context = new ServiceContext(service, Privileges.queueDirectory(service), shared);
        if (!prepared) {
            prepared = true;
            prepare(service, context);
        } else if (context.generation() != generation) {
            shared.tableFiles().reloaded();
        }
        generation = context.generation();
        ServedService served = services.computeIfAbsent(service.identity(), this::newService);
        served.open(context);
        everOpened |= served.service().isPresent();
        if (!everOpened) {
            leave(Duration.ZERO);
        }
    }

    private ServedService newService(String identity) {
        return new ServedService(program, identity, channel::send);
    }

    private void prepare(ServiceDescription service, ServiceContext context) {
        logging.accept(service, context);
        Debugger.attach(service, context.parameters(), System.getenv());
        try {
            Privileges.prepare(program, service, context, shared);
        } catch (ConfigurationException e) {
            LOG.error(Log.FATAL, e.getMessage());
            throw e;
        }
    }

    private void listen(String identity, String listener, OptionalInt descriptor) {
        @Nullable
        ServedService service = services.get(identity);
        if (service == null || service.service().isEmpty() || descriptor.isEmpty() || leaving) {
            descriptor.ifPresent(Descriptors::close);
            return;
        }
        try {
            service.add(listener, adopt(identity, service, descriptor.getAsInt()));
        } catch (IOException e) {
            LOG.error("adopting listener {} of service {}: {}", listener, identity, e.getMessage());
        }
    }

    private ServiceListener adopt(String identity, ServedService service, int descriptor) throws IOException {
        String type = identity.substring(identity.lastIndexOf('/') + 1);
        return switch (type) {
            case "inet" -> ServiceListener.of(network.listen(descriptor, ListenerKind.INET, service::accept));
            case "pass" ->
                ServiceListener.of(network.listen(descriptor, ListenerKind.PASSED, service::accept));
            case "unix-dgram" -> new MessageReceiver(identity, descriptor, service::datagram);
            case "fifo" -> new MessageReceiver(identity, descriptor, _ -> service.wakeup());
            default -> ServiceListener.of(network.listen(descriptor, ListenerKind.UNIX, service::accept));
        };
    }

    private void withdraw(String identity) {
        @Nullable
        ServedService service = services.get(identity);
        if (service != null) {
            service.stopListening();
            service.stopping();
        }
    }

    private Duration longestWait() {
        if (leaving) {
            return SHORTEST_WAIT;
        }
        Duration longest = Duration.ZERO;
        for (ServedService service : services.values()) {
            Duration wait = service.untilIdle();
            longest = wait.compareTo(longest) > 0 ? wait : longest;
        }
        if (longest.compareTo(SHORTEST_WAIT) < 0) {
            // Idle long enough, but some service has work that must not be left; or nothing is served yet.
            longest = Duration.ofSeconds(1);
        }
        Duration limit = shared.tableFiles().isWatching() ? BETWEEN_LOOKS : LONGEST_WAIT;
        return longest.compareTo(limit) > 0 ? limit : longest;
    }

    private boolean idle() {
        return !services.isEmpty() && services.values().stream().noneMatch(s -> s.untilIdle().isPositive())
                && services.values().stream().allMatch(ServedService::mayLeave);
    }

    /** Closes the listeners and tells master, which watches them from then on: no client is lost. */
    private void leave(Duration limit) {
        long until = System.nanoTime() + limit.toNanos();
        if (leaving) {
            deadline = Math.min(deadline, until);
            return;
        }
        leaving = true;
        deadline = until;
        services.values().forEach(ServedService::stopListening);
        listenersClosed = System.nanoTime();
        channel.send(new ControlMessage.Leaving());
        services.values().forEach(ServedService::stopping);
    }

    private boolean finished() {
        long now = System.nanoTime();
        if (now - deadline >= 0) {
            return true;
        }
        boolean settled = now - listenersClosed >= SETTLING.toNanos();
        return settled && services.values().stream().allMatch(s -> s.conversations() == 0 && s.mayLeave());
    }

}
