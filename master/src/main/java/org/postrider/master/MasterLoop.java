package org.postrider.master;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.daemon.ControlMessage;
import org.postrider.common.posix.Children;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Poll;
import org.postrider.common.posix.PosixException;
import org.postrider.common.posix.Processes;
import org.postrider.common.posix.Sockets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop around poll(2): signals, new daemons, what daemons say, listeners of services that nobody serves at the moment, and
 * the times of wakeups and throttles. Each turn begins with a fresh list of what to watch, so nothing is ever watched for longer
 * than it is wanted.
 */
final class MasterLoop {
    private static final Logger LOG = LoggerFactory.getLogger(MasterLoop.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    /** Daemons that run from the start wait until the first clients have been answered. */
    private static final Duration FIRST_WAKEUP = Duration.ofMillis(1500);
    private static final Duration REBIND = Duration.ofMillis(100);
    private static final int REBINDS = 50;

    /** One descriptor to watch and what to do when something happens. */
    private record Watch(int descriptor, int events, IntConsumer action) {}

    /** What the loop works with. */
    record Parts(Signals signals, ControlListener control, ChildOutput output, ServiceTable services,
            ProcessTable processes,
            SystemdNotice systemd, Reload reload, Watchdog watchdog) {}

    /** Reads the configuration anew. */
    interface Reload {
        Generation read(long number);
    }

    private final Parts parts;
    private final String version;
    private final long end;
    private Generation generation;
    private @Nullable Shutdown shutdown;
    private boolean aborted;
    private int rebinds;

    /** @param exitAfter stop by itself after this time; zero for never */
    MasterLoop(Parts parts, Generation generation, String version, Duration exitAfter) {
        this.parts = parts;
        this.generation = generation;
        this.version = version;
        this.end = exitAfter.isZero() ? Long.MAX_VALUE : System.nanoTime() + exitAfter.toNanos();
        setWakeups(FIRST_WAKEUP);
    }

    private void setWakeups(Duration first) {
        long at = System.nanoTime() + first.toNanos();
        parts.services.all().forEach(service -> service.firstWakeup(at));
    }

    /** Runs until the system has stopped. */
    void run() throws PosixException {
        while (true) {
            parts.watchdog.turned();
            long now = System.nanoTime();
            timers(now);
            Shutdown stopping = shutdown;
            if (stopping != null && (stopping.advance(now) || aborted)) {
                return;
            }
            List<Watch> watched = watched(now);
            int[] descriptors = watched.stream().mapToInt(Watch::descriptor).toArray();
            int[] events = watched.stream().mapToInt(Watch::events).toArray();
            int[] happened = Poll.await(descriptors, events, millisUntil(nextTime(now), now));
            for (int i = 0; i < happened.length; i++) {
                if (happened[i] != 0) {
                    watched.get(i).action.accept(happened[i]);
                }
            }
        }
    }

    private List<Watch> watched(long now) {
        List<Watch> watched = new ArrayList<>();
        watched.add(new Watch(parts.signals.descriptor(), Poll.READABLE, _ -> signals()));
        watched.add(new Watch(parts.output.descriptor(), Poll.READABLE, _ -> parts.output.read()));
        watched.add(new Watch(parts.control.descriptor(), Poll.READABLE, _ -> acceptDaemons()));
        for (DaemonProcess process : parts.processes.all()) {
            process.descriptor().ifPresent(descriptor -> watched
                    .add(new Watch(descriptor, process.events(), happened -> talk(process, happened))));
        }
        for (ServiceState service : parts.services.all()) {
            if (service.watched(now) && mayStart(service)) {
                for (BoundListener listener : service.listeners.values()) {
                    watched.add(new Watch(listener.descriptor(), Poll.READABLE, _ -> parts.processes.serve(service)));
                }
            }
        }
        return watched;
    }

    private boolean mayStart(ServiceState service) {
        Shutdown stopping = shutdown;
        return stopping == null || stopping.mayStart(service.group());
    }

    private void timers(long now) {
        parts.processes.killHanging(now);
        if (now - end >= 0 && shutdown == null) {
            stop();
        }
        if (shutdown != null) {
            return;
        }
        for (ServiceState service : parts.services.all()) {
            if (service.wakesUp(now)) {
                parts.processes.wakeup(service);
            }
            if (service.stressEnds(now)) {
                parts.processes.describeAgain(service);
            }
        }
        if (parts.services.hasMissing()) {
            rebinds++;
            parts.services.bindMissing(generation.owner(), rebinds >= REBINDS)
                    .forEach(parts.processes::added);
        }
    }

    private long nextTime(long now) {
        long next = Math.min(now + LONGEST_WAIT.toNanos(), end);
        Shutdown stopping = shutdown;
        if (stopping != null) {
            return Math.min(next, stopping.nextTime());
        }
        if (parts.services.hasMissing()) {
            next = now + REBIND.toNanos();
        }
        for (ServiceState service : parts.services.all()) {
            if (service.hasWakeup()) {
                next = Math.min(next, service.nextWakeup());
            }
            next = service.throttleEnd(next);
        }
        return next;
    }

    private static int millisUntil(long time, long now) {
        return (int) Math.clamp((time - now) / 1_000_000 + 1, 0, LONGEST_WAIT.toMillis());
    }

    private void signals() {
        Set<Signals.Request> requests;
        try {
            requests = parts.signals.take();
        } catch (PosixException e) {
            throw new IllegalStateException("eventfd: " + e.getMessage(), e);
        }
        if (requests.contains(Signals.Request.REAP)) {
            reap();
        }
        if (requests.contains(Signals.Request.STOP)) {
            LOG.info("terminating on signal {}", Processes.TERMINATE);
            stop();
        } else if (requests.contains(Signals.Request.RELOAD) && shutdown == null) {
            reload();
        }
    }

    private void reap() {
        try {
            for (Optional<Children.Ended> one = Children.reap(); one.isPresent(); one = Children.reap()) {
                parts.processes.ended(one.get(), shutdown != null);
            }
        } catch (PosixException e) {
            LOG.error("waitpid: {}", e.getMessage());
        }
    }

    /** The first time in an orderly way, the second time at once. */
    private void stop() {
        Shutdown stopping = shutdown;
        if (stopping != null) {
            stopping.abort();
            aborted = true;
            return;
        }
        parts.systemd.stopping();
        shutdown = new Shutdown(parts.processes);
        parts.services.closeInet();
    }

    private void reload() {
        parts.systemd.reloading();
        try {
            Generation next = parts.reload.read(generation.number() + 1);
            if (!next.queueDirectory().equals(generation.queueDirectory())) {
                throw new ConfigurationException("changing queue_directory needs a stop and a start");
            }
            LOG.info("reload -- version {}, configuration {}", version,
                    next.settings().configDirectory());
            next.changesSince(generation).forEach(line -> LOG.info("reload: {}", line));
            next.warnings().forEach(LOG::warn);
            next.notes().forEach(LOG::info);
            parts.processes.reload(next, parts.services.change(next));
            generation = next;
            rebinds = 0;
            setWakeups(Duration.ZERO);
        } catch (ConfigurationException e) {
            LOG.error("reload: {} -- the former configuration stays in force", e.getMessage());
        }
        parts.systemd.ready();
    }

    /** A daemon has connected: it must be a child of ours that has not connected before. */
    private void acceptDaemons() {
        try {
            for (OptionalInt one = parts.control.accept(); one.isPresent(); one = parts.control.accept()) {
                int socket = one.getAsInt();
                int pid = Sockets.peer(socket).pid();
                Optional<DaemonProcess> process = parts.processes.find(pid)
                        .filter(known -> known.descriptor().isEmpty());
                if (process.isPresent()) {
                    process.get().connected(socket);
                } else {
                    LOG.warn("process {} on the control socket is not a daemon of this master", pid);
                    Descriptors.close(socket);
                }
            }
        } catch (PosixException e) {
            LOG.warn("accept on the control socket: {}", e.getMessage());
        }
    }

    private void talk(DaemonProcess process, int happened) {
        if ((happened & Poll.WRITABLE) != 0) {
            process.flush();
        }
        if ((happened & (Poll.READABLE | Poll.BROKEN)) != 0) {
            process.receive().forEach(message -> hear(process, message));
        }
    }

    private void hear(DaemonProcess process, ControlMessage message) {
        switch (message) {
            case ControlMessage.Hello _ -> {
                // The kernel has told who it is.
            }
            case ControlMessage.Ready _ -> process.ready();
            case ControlMessage.Failed(String service, String _, boolean stillServed) -> {
                if (!stillServed) {
                    parts.processes.failed(process, service);
                }
            }
            case ControlMessage.Load(String service, int _, boolean full) ->
                parts.services.find(service).ifPresent(known -> load(known, full));
            case ControlMessage.Leaving() -> parts.processes.detach(process);
            case ControlMessage.Serve _,ControlMessage.Listen _,ControlMessage.Unlisten _,ControlMessage.Wakeup _,ControlMessage.Withdraw _,ControlMessage.Stop _ ->
                LOG.warn("unexpected message from {} pid {}", process.path, process.pid);
        }
    }

    private void load(ServiceState service, boolean full) {
        int limit = service.entry().maxProcesses();
        if (limit <= 1) {
            return;
        }
        boolean begins = service.load(full, System.nanoTime());
        if (full && service.warnOnce()) {
            String name = service.entry().name();
            LOG.warn("service \"{}\" ({}) has reached its process limit \"{}\": new clients may experience noticeable "
                    + "delays", name, portOf(service), limit);
            LOG.warn("to avoid this condition, increase the process count in master.cf or reduce the service time per "
                    + "client");
        }
        if (begins) {
            parts.processes.describeAgain(service);
        }
    }

    private static String portOf(ServiceState service) {
        for (BoundListener listener : service.listeners.values()) {
            if (listener.address() instanceof ListenerAddress.Inet(var address)) {
                return Integer.toString(address.getPort());
            }
        }
        return service.entry().socketPath();
    }
}
