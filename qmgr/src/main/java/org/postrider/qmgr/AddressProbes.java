package org.postrider.qmgr;

import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.postrider.common.ipc.AddressProbe;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The address probes that are under way, and how those without a queue file come in. Of these there are never more than
 * address_verify_pending_request_limit; they are in this process's memory only. Any thread.
 */
final class AddressProbes {
    private static final Logger LOG = LoggerFactory.getLogger(AddressProbes.class);

    private final InstantSource clock;
    private final RecipientMemory memory;
    private final Consumer<Runnable> elsewhere;
    private final Consumer<Event> loop;

    // Guarded by this object's lock.
    private final Set<QueueId> underWay = new HashSet<>();

    /**
     * @param elsewhere runs what waits for other daemons
     * @param loop is told of a probe that is routed
     */
    AddressProbes(InstantSource clock, RecipientMemory memory, Consumer<Runnable> elsewhere, Consumer<Event> loop) {
        this.clock = clock;
        this.memory = memory;
        this.elsewhere = elsewhere;
        this.loop = loop;
    }

    /** Counts one that has a file, whether or not there is room; false when there is none. */
    synchronized boolean add(QueueId id, int limit) {
        boolean room = underWay.size() < limit;
        boolean _ = underWay.add(id);
        return room;
    }

    /** It has come to its end. */
    synchronized void remove(QueueId id) {
        boolean _ = underWay.remove(id);
    }

    /** Takes one that has no file; false when there is no room. One that is told twice is taken once. */
    boolean take(QueueId id, AddressProbe probe, QmgrSettings settings, RecipientRouter router) {
        synchronized (this) {
            if (underWay.contains(id)) {
                return true;
            }
            if (!add(id, settings.probeLimit())) {
                remove(id);
                return false;
            }
        }
        MessageHead head = MessageHead.of(id, probe, clock.instant());
        memory.take(1);
        elsewhere.accept(() -> {
            LOG.info(settings.log().active(head));
            loop.accept(new Event.Admitted(head, router.route(head, List.of(probe.recipient()), true),
                    QueueFile.Batch.NO_MORE, false));
        });
        return true;
    }
}
