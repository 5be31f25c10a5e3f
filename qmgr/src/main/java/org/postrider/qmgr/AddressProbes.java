package org.postrider.qmgr;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final Map<QueueId, Question> underWay = new HashMap<>();
    private final Map<Question, QueueId> asking = new HashMap<>();

    /** What a probe asks; verify is told of the answer by the addresses, so that one answer will do for all that ask the same. */
    private record Question(String sender, String address, String original) {
        /** What one with a file asks is nobody else's question. */
        static final Question OF_ITS_OWN = new Question("", "", "");

        static Question of(AddressProbe probe) {
            return new Question(probe.sender(), probe.recipient().address(), probe.recipient().original());
        }
    }

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
        underWay.put(id, Question.OF_ITS_OWN);
        return room;
    }

    /** It has come to its end. */
    synchronized void remove(QueueId id) {
        Question question = underWay.remove(id);
        if (question != null) {
            asking.remove(question);
        }
    }

    /**
     * Takes one that has no file; false when there is no room. One that is told twice is taken once; one that asks what another asks
     * leaves the answer to it: a cleanup that waited too long for a starting qmgr has given up, but its probe comes all the same, and
     * must not take the room of the next.
     */
    boolean take(QueueId id, AddressProbe probe, QmgrSettings settings, RecipientRouter router) {
        Question question = Question.of(probe);
        QueueId same;
        synchronized (this) {
            same = underWay.containsKey(id) ? id : asking.get(question);
            if (same == null) {
                if (underWay.size() >= settings.probeLimit()) {
                    return false;
                }
                underWay.put(id, question);
                asking.put(question, id);
            }
        }
        if (same != null) {
            if (!same.equals(id)) {
                LOG.info("{}: address probe for <{}>: {} is under way", id, probe.recipient().address(), same);
            }
            return true;
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
