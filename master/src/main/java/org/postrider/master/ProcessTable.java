package org.postrider.master;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.postrider.common.daemon.ControlMessage;
import org.postrider.common.log.Log;
import org.postrider.common.posix.Children;
import org.postrider.common.posix.PosixException;
import org.postrider.common.posix.Processes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daemons: at most one that serves for each process group, and those that are leaving. */
final class ProcessTable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessTable.class);
    /** When a service that is woken up from time to time is woken after its process died. */
    private static final Duration RESTART = Duration.ofSeconds(1);
    /** A child that has not said hello after this time never will. */
    private static final Duration LONGEST_START = Duration.ofSeconds(60);

    private final Map<ProcessGroup, DaemonProcess> serving = new HashMap<>();
    private final Map<Integer, DaemonProcess> children = new LinkedHashMap<>();
    private final Spawner spawner;
    private final Path control;
    private final int lock;
    private final ServiceTable services;
    private Generation generation;

    /** @param lock an open file that every daemon gets, see {@link DaemonsLock} */
    ProcessTable(Spawner spawner, Path control, int lock, ServiceTable services, Generation generation) {
        this.spawner = spawner;
        this.control = control;
        this.lock = lock;
        this.services = services;
        this.generation = generation;
    }

    Collection<DaemonProcess> all() {
        return children.values();
    }

    Optional<DaemonProcess> find(int pid) {
        return Optional.ofNullable(children.get(pid));
    }

    /** Has the service served, and what it needs started: by the group's process, or by a new one. */
    void serve(ServiceState service) {
        if (service.process() != null || service.throttled(System.nanoTime())) {
            return;
        }
        Optional<DaemonProcess> process = processFor(service);
        process.ifPresent(one -> {
            attach(service, one);
            for (String program : ProcessGroup.needed(service.entry().program())) {
                services.running(program).forEach(this::serve);
            }
        });
    }

    private Optional<DaemonProcess> processFor(ServiceState service) {
        @Nullable
        DaemonProcess known = serving.get(service.group());
        if (known != null) {
            return Optional.of(known);
        }
        String path = generation.program(service.entry().program()).toString();
        try {
            DaemonProcess started = spawner.start(generation, service.entry(), control);
            children.put(started.pid, started);
            serving.put(service.group(), started);
            return Optional.of(started);
        } catch (PosixException e) {
            LOG.error(Log.FATAL, "master_spawn: exec {}: {}", path, e.getMessage());
            throttle(service, path);
            return Optional.empty();
        }
    }

    private void attach(ServiceState service, DaemonProcess process) {
        boolean first = process.services.isEmpty();
        process.services.add(service.identity());
        service.servedBy(process);
        process.send(new ControlMessage.Serve(generation.describe(service.entry(), service.stress())),
                first ? OptionalInt.of(lock) : OptionalInt.empty());
        service.listeners.values().forEach(listener -> listen(service, listener, process));
    }

    private static void listen(ServiceState service, BoundListener listener, DaemonProcess process) {
        process.send(new ControlMessage.Listen(service.identity(), listener.name()),
                OptionalInt.of(listener.descriptor()));
    }

    /** The service's parameters have changed: stress, for one. */
    void describeAgain(ServiceState service) {
        @Nullable
        DaemonProcess process = service.process();
        if (process != null) {
            process.send(new ControlMessage.Serve(generation.describe(service.entry(), service.stress())));
        }
    }

    /** Wakes the service up, starting its process if need be. */
    void wakeup(ServiceState service) {
        serve(service);
        @Nullable
        DaemonProcess process = service.process();
        if (process != null) {
            process.send(new ControlMessage.Wakeup(service.identity()));
        }
    }

    /** A new generation: running daemons hear of what concerns them. */
    void reload(Generation changed, ServiceTable.Changes changes) {
        generation = changed;
        changes.removed().forEach(this::withdraw);
        for (ServiceTable.Change change : changes.kept()) {
            if (change.moved()) {
                withdraw(change.service());
                continue;
            }
            @Nullable
            DaemonProcess process = change.service().process();
            if (process != null) {
                describeAgain(change.service());
                change.removed().forEach(
                        name -> process.send(new ControlMessage.Unlisten(change.service().identity(), name)));
                change.added().forEach(listener -> listen(change.service(), listener, process));
            }
        }
        for (DaemonProcess process : List.copyOf(serving.values())) {
            if (process.services.isEmpty()) {
                stop(process, Duration.ofDays(1));
            }
        }
    }

    private void withdraw(ServiceState service) {
        @Nullable
        DaemonProcess process = service.process();
        if (process != null) {
            process.send(new ControlMessage.Withdraw(service.identity()));
            process.services.remove(service.identity());
            service.unserved();
        }
    }

    /** A listener that could be bound only later. */
    void added(ServiceState service, List<BoundListener> listeners) {
        @Nullable
        DaemonProcess process = service.process();
        if (process != null) {
            listeners.forEach(listener -> listen(service, listener, process));
        }
    }

    /** Tells a process to finish; its services are free for another one. */
    void stop(DaemonProcess process, Duration limit) {
        process.send(new ControlMessage.Stop(limit));
        detach(process);
    }

    /** The process takes no more clients: master watches the listeners again. */
    void detach(DaemonProcess process) {
        process.leaving();
        serving.remove(process.group, process);
        for (ServiceState service : servedBy(process)) {
            service.unserved();
        }
    }

    private List<ServiceState> servedBy(DaemonProcess process) {
        List<ServiceState> all = new ArrayList<>();
        for (ServiceState service : services.all()) {
            if (service.process() == process) {
                all.add(service);
            }
        }
        return all;
    }

    /** A daemon could not open a service. When it has no other it ends, and its exit status says the rest. */
    void failed(DaemonProcess process, String identity) {
        services.find(identity).filter(service -> service.process() == process).ifPresent(service -> {
            process.services.remove(identity);
            service.unserved();
            if (process.everReady()) {
                throttle(service, process.path);
            } else {
                service.throttle(System.nanoTime(), generation.settings().throttle());
            }
        });
    }

    private void throttle(ServiceState service, String path) {
        LOG.warn("{}: bad command startup -- throttling", path);
        service.throttle(System.nanoTime(), generation.settings().throttle());
    }

    /**
     * A child is dead.
     *
     * @param quiet true while the system is being stopped, when deaths are no news
     */
    void ended(Children.Ended ended, boolean quiet) {
        @Nullable
        DaemonProcess process = children.remove(ended.pid());
        if (process == null) {
            return;
        }
        process.disconnect();
        List<ServiceState> orphans = servedBy(process);
        detach(process);
        boolean bad = ended.status() != 0 || ended.signal() != 0;
        if (!bad || quiet) {
            return;
        }
        if (ended.signal() != 0) {
            LOG.warn("process {} pid {} killed by signal {}", process.path, process.pid, ended.signal());
        } else {
            LOG.warn("process {} pid {} exit status {}", process.path, process.pid, ended.status());
        }
        long now = System.nanoTime();
        Duration pause = RESTART;
        if (!process.everReady()) {
            LOG.warn("{}: bad command startup -- throttling", process.path);
            Duration time = generation.settings().throttle();
            orphans.forEach(service -> service.throttle(now, time));
            pause = time;
        }
        // What was said to it is lost: qmgr must look for mail again, though nobody asks for it.
        long restart = now + pause.toNanos();
        orphans.forEach(service -> service.firstWakeup(restart));
    }

    /** Kills children that hang before they have said hello. */
    void killHanging(long now) {
        for (DaemonProcess process : children.values()) {
            if (process.state() == DaemonProcess.State.STARTING && now - process.started > LONGEST_START.toNanos()) {
                signal(process, Processes.KILL);
            }
        }
    }

    static void signal(DaemonProcess process, int signal) {
        try {
            Processes.signal(process.pid, signal);
        } catch (PosixException _) {
            // Dead already; the exit status is on its way.
        }
    }
}
