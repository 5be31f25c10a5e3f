package org.postrider.master;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.ServiceEntry;
import org.postrider.common.daemon.MailOwner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services of the current generation and their listeners. A listener is known by its address: over a reload the one that
 * stays is never closed, even when it changes hands between services.
 */
final class ServiceTable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceTable.class);

    /** What a reload changed for a service that stays: the listeners that came and the names of those that went. */
    record Change(ServiceState service, List<BoundListener> added, List<String> removed, boolean moved) {}

    /** What a reload changed. */
    record Changes(List<Change> kept, List<ServiceState> removed) {}

    private record Missing(ServiceState service, ListenerAddress address) {}

    private Map<String, ServiceState> services = new LinkedHashMap<>();
    private List<Missing> missing = new ArrayList<>();

    Collection<ServiceState> all() {
        return services.values();
    }

    Optional<ServiceState> find(String identity) {
        return Optional.ofNullable(services.get(identity));
    }

    /** The unix service of this name, which others find by it. */
    List<ServiceState> running(String program) {
        return services.values().stream().filter(s -> s.entry().program().equals(program)).toList();
    }

    /** The first generation: every address can be bound, or nothing starts. */
    void open(Generation generation) {
        for (ServiceEntry entry : generation.services()) {
            ServiceState service = new ServiceState(entry);
            services.put(entry.identity(), service);
            for (ListenerAddress address : generation.addresses(entry)) {
                BoundListener listener = BoundListener.bind(address, generation.owner());
                service.listeners.put(listener.name(), listener);
            }
        }
    }

    /** Another generation. Addresses are worked out before anything changes, so that a bad one leaves all as it was. */
    Changes change(Generation generation) {
        Map<ServiceEntry, List<ListenerAddress>> addresses = new LinkedHashMap<>();
        for (ServiceEntry entry : generation.services()) {
            addresses.put(entry, generation.addresses(entry));
        }
        Map<String, BoundListener> pool = new HashMap<>();
        services.values().forEach(service -> pool.putAll(service.listeners));
        Map<String, ServiceState> former = services;
        services = new LinkedHashMap<>();
        missing = new ArrayList<>();
        List<Change> kept = new ArrayList<>();
        addresses.forEach((entry, wanted) -> {
            @Nullable
            ServiceState known = former.remove(entry.identity());
            ServiceState service = known == null ? new ServiceState(entry) : known;
            services.put(entry.identity(), service);
            kept.add(change(service, entry, wanted, pool));
        });
        List<ServiceState> removed = List.copyOf(former.values());
        pool.values().forEach(BoundListener::close);
        bindMissing(generation.owner(), kept);
        return new Changes(kept, removed);
    }

    private Change change(ServiceState service, ServiceEntry entry, List<ListenerAddress> wanted,
            Map<String, BoundListener> pool) {
        ProcessGroup before = service.group();
        Map<String, BoundListener> old = new HashMap<>(service.listeners);
        service.renew(entry);
        service.listeners.clear();
        List<BoundListener> added = new ArrayList<>();
        for (ListenerAddress address : wanted) {
            @Nullable
            BoundListener listener = pool.remove(address.name());
            if (listener == null) {
                missing.add(new Missing(service, address));
            } else {
                service.listeners.put(listener.name(), listener);
                if (old.remove(listener.name()) == null) {
                    added.add(listener);
                }
            }
        }
        boolean moved = !before.equals(service.group()) || before.freshAtReload();
        return new Change(service, added, List.copyOf(old.keySet()), moved);
    }

    private void bindMissing(MailOwner owner, List<Change> kept) {
        Map<ServiceState, List<BoundListener>> bound = bindMissing(owner, false);
        for (Change change : kept) {
            change.added.addAll(bound.getOrDefault(change.service, List.of()));
        }
    }

    /** True while an address could not be bound yet: a daemon may still hold one that was given up. */
    boolean hasMissing() {
        return !missing.isEmpty();
    }

    /**
     * Tries once more.
     *
     * @param last true to complain about what still fails and to give up
     * @return what could be bound
     */
    Map<ServiceState, List<BoundListener>> bindMissing(MailOwner owner, boolean last) {
        Map<ServiceState, List<BoundListener>> bound = new LinkedHashMap<>();
        List<Missing> still = new ArrayList<>();
        for (Missing one : missing) {
            try {
                BoundListener listener = BoundListener.bind(one.address, owner);
                one.service.listeners.put(listener.name(), listener);
                bound.computeIfAbsent(one.service, _ -> new ArrayList<>()).add(listener);
            } catch (ConfigurationException e) {
                if (last) {
                    LOG.error("service {}: {}", one.service.identity(), e.getMessage());
                } else {
                    still.add(one);
                }
            }
        }
        missing = still;
        return bound;
    }

    /** Closes the listeners that clients from outside come by. */
    void closeInet() {
        for (ServiceState service : services.values()) {
            service.listeners.values().removeIf(listener -> {
                boolean inet = listener.address() instanceof ListenerAddress.Inet;
                if (inet) {
                    listener.close();
                }
                return inet;
            });
        }
    }
}
