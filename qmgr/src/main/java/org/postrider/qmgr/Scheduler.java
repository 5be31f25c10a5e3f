package org.postrider.qmgr;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.common.ipc.Standing;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.QueueId;

/**
 * Chooses which delivery comes next, as SCHEDULER_README describes it. It holds transports, destinations, and the entries waiting for
 * them; it does no input or output, reads no clock, and belongs to one thread.
 *
 * <p>Transports take turns. Within a transport the oldest message (job) with a destination that has room comes first, and within the
 * job its destinations take turns. A job with many entries earns delivery slots while it goes on; with these a smaller one may overtake
 * it, see {@link DeliverySlots}.
 *
 * <p>A job that finds no room at a destination waits there and is woken when a delivery ends, so that choosing costs the same
 * however much mail waits.
 */
final class Scheduler {
    private final Map<String, Transport> transports = new LinkedHashMap<>();
    private final Timers timers = new Timers();
    private final Deque<Step> steps = new ArrayDeque<>();
    private final Deque<Transport> turns = new ArrayDeque<>();
    private SchedulerSettings settings;
    private long messages;
    private final Map<QueueId, ActiveMessage> active = new HashMap<>();
    /** Deliveries, and since when. */
    private final Map<Entry, Instant> underWay = new LinkedHashMap<>();
    private int deadDestinations;

    Scheduler(SchedulerSettings settings) {
        this.settings = settings;
    }

    /**
     * Recipients of one message that were read and routed; more of the same message may follow later. None, when those that follow can't
     * be read.
     */
    void add(ActiveMessage message, List<RoutedRecipient> recipients, Instant now) {
        timers.run(now);
        if (message.sequence() == 0) {
            message.sequence(++messages);
            active.put(message.head().id(), message);
        }
        for (RoutedRecipient routed : recipients) {
            place(message, routed, now);
        }
        if (message.unread() == 0) {
            endReading(message);
        }
        for (Job job : message.jobs()) {
            job.transport().jobs().update(job);
        }
    }

    private void endReading(ActiveMessage message) {
        for (Job job : List.copyOf(message.jobs())) {
            job.transport().recipients().allRead(job);
            if (job.isEmpty()) {
                end(job);
            }
        }
    }

    private Transport transport(String name) {
        Transport known = transports.get(name);
        if (known == null) {
            known = new Transport(name, settings.transport().apply(name));
            settings.debug().met(name, known.settings());
            transports.put(name, known);
            turns.addLast(known);
        }
        return known;
    }

    /** Leaves it to the caller to have the job's place in the list updated. */
    private void place(ActiveMessage message, RoutedRecipient routed, Instant now) {
        Transport transport = transport(routed.transport());
        String key = transport.settings().perRecipient() && !isRetry(transport)
                ? routed.recipient().address() + " via " + routed.nexthop()
                : routed.nexthop();
        Destination destination = transport.destination(key, routed.nexthop());
        if (message.wantsUnthrottle()) {
            transport.revive();
            revive(destination, now);
        }
        Trouble dead = transport.dead() != null ? transport.dead() : destination.dead();
        if (dead != null) {
            defer(message, List.of(routed.recipient()), transport, dead, now);
            forget(destination, now);
            return;
        }
        Job job = job(message, transport);
        Peer peer = job.peer(destination);
        if (peer == null) {
            peer = job.newPeer(destination);
            destination.peers().add(peer);
            job.ready().addLast(peer);
        }
        if (peer.add(routed.recipient(), message.mostTogether(transport.settings()))) {
            job.waitingEntries(1);
            destination.entries(1);
            settings.clog().look(destination, active.size(), now);
        }
        transport.recipients().added(job);
    }

    private static Job job(ActiveMessage message, Transport transport) {
        for (Job job : message.jobs()) {
            if (job.transport() == transport) {
                return job;
            }
        }
        Job job = new Job(message, transport);
        message.jobs().add(job);
        transport.jobs().add(job);
        transport.recipients().created(job);
        return job;
    }

    private boolean isRetry(Transport transport) {
        return transport.name().equals(settings.retryTransport());
    }

    /** Sends recipients to the retry transport, whose agent logs and records them as deferred. */
    private void defer(ActiveMessage message, List<Recipient> recipients, Transport from, Trouble trouble,
            Instant now) {
        if (isRetry(from)) {
            steps.add(new Step.DeferUntried(message, recipients, trouble));
            return;
        }
        for (Recipient recipient : recipients) {
            place(message, new RoutedRecipient(recipient, settings.retryTransport(), trouble.asNexthop()), now);
        }
        Transport retry = transport(settings.retryTransport());
        for (Job job : message.jobs()) {
            if (job.transport() == retry) {
                retry.jobs().update(job);
            }
        }
    }

    /** What to do next; empty when nothing can start before {@link #wakeTime()} or another call. */
    Optional<Step> next(Instant now) {
        timers.run(now);
        Step step = steps.pollFirst();
        if (step != null) {
            return Optional.of(step);
        }
        for (int i = turns.size(); i > 0; i--) {
            Transport transport = turns.removeFirst();
            turns.addLast(transport);
            Peer peer = transport.isOpen(now) ? choose(transport, now) : null;
            if (peer != null) {
                return Optional.of(new Step.Deliver(take(peer, now)));
            }
        }
        return Optional.empty();
    }

    private static @Nullable Peer choose(Transport transport, Instant now) {
        for (Job job = transport.jobs().first(); job != null; job = transport.jobs().first()) {
            Peer peer = openPeer(job, now);
            if (peer != null) {
                Peer smaller = overtaking(job, now);
                return smaller != null ? smaller : peer;
            }
        }
        return null;
    }

    /** The peer of a ready job whose turn it is; parks those before it that have no room, and the job when there is none that has. */
    private static @Nullable Peer openPeer(Job job, Instant now) {
        for (Peer peer = job.ready().peekFirst(); peer != null; peer = job.ready().peekFirst()) {
            if (peer.destination().isOpen(now)) {
                return peer;
            }
            job.ready().removeFirst();
            peer.destination().parked().add(peer);
        }
        job.transport().jobs().update(job);
        return null;
    }

    /** Lets the best candidate overtake this job, if it can pay for that now; the peer of the candidate whose turn it is. */
    private static @Nullable Peer overtaking(Job current, Instant now) {
        DeliverySlots slots = current.transport().settings().slots();
        if (!slots.mayBeOvertaken(current.earned(), current.mostEntries())) {
            return null;
        }
        int most = slots.mostEntriesOfOther(current.earned(), current.leastEntriesLeft());
        JobList jobs = current.transport().jobs();
        for (Job best = jobs.candidate(current, most, now); best != null; best = jobs.candidate(current, most, now)) {
            Peer peer = openPeer(best, now);
            if (peer != null) {
                if (!slots.suffices(current.earned(), best.mostEntriesLeft())) {
                    return null;
                }
                overtake(best, current, slots.cost());
                return peer;
            }
        }
        return null;
    }

    private static void overtake(Job job, Job current, int cost) {
        List<Peer> parked = job.peers().stream().filter(Peer::isParked).toList();
        parked.forEach(peer -> peer.destination().parked().remove(peer));
        job.overtake(current, cost);
        JobList jobs = job.transport().jobs();
        jobs.moveBefore(job, current);
        jobs.update(job);
        jobs.update(current);
        parked.forEach(peer -> peer.destination().parked().add(peer));
        job.transport().recipients().overtakes(job);
    }

    private Entry take(Peer peer, Instant now) {
        Job job = peer.job();
        Destination destination = peer.destination();
        boolean _ = job.ready().remove(peer);
        Entry entry = peer.take();
        job.chosen();
        if (peer.isEmpty()) {
            drop(peer);
        } else {
            job.ready().addLast(peer);
        }
        if (!job.isEnded()) {
            job.transport().jobs().update(job);
        }
        start(entry, destination, now);
        underWay.put(entry, now);
        job.transport().current(job);
        refill(job, now);
        wake(destination, now);
        return entry;
    }

    private void start(Entry entry, Destination destination, Instant now) {
        Transport transport = destination.transport();
        entry.hint(destination.busy() > 0 || destination.servedJustNow(now), !destination.peers().isEmpty());
        destination.started();
        transport.started();
        Duration pause = transport.settings().transportRateDelay();
        if (!pause.isZero()) {
            transport.closeUntil(now.plus(pause));
            timers.at(now.plus(pause), _ -> {
                // The loop looks again; nothing else is to be done.
            });
        }
    }

    /** Has more recipients of the job that is being delivered read, when there is room for enough of them. */
    private void refill(Job job, Instant now) {
        ActiveMessage message = job.message();
        if (message.unread() == 0 || message.isReading()) {
            return;
        }
        RecipientLimits limits = job.transport().settings().recipients();
        int room = message.room();
        boolean longAgo = !now.isBefore(message.lastRead().plus(limits.refillDelay()));
        if (room >= limits.refill() || (longAgo && room > 0)) {
            message.startReading(now);
            steps.add(new Step.Read(message, batchSize(message)));
        }
    }

    /** How many recipients of a message may be read next. */
    int batchSize(ActiveMessage message) {
        return Math.max(0, message.room()) + settings.recipientMinimum();
    }

    /** Removes a peer without entries; it stands in no line any more. */
    private static void drop(Peer peer) {
        Job job = peer.job();
        job.remove(peer);
        peer.destination().peers().remove(peer);
        if (job.isEmpty() && job.message().unread() == 0) {
            end(job);
        }
    }

    private static void end(Job job) {
        JobList jobs = job.transport().jobs();
        job.end();
        jobs.remove(job);
        job.message().jobs().remove(job);
        Job overtaken = job.settle(job.transport().settings().slots().cost());
        if (overtaken != null) {
            jobs.update(overtaken);
        }
    }

    /** An entry that {@link #next} gave out has come to its end. */
    void finished(Entry entry, DeliveryOutcome outcome, Instant now) {
        Job job = entry.peer().job();
        Destination destination = entry.peer().destination();
        Transport transport = destination.transport();
        underWay.remove(entry);
        destination.ended(now);
        transport.ended();
        transport.recipients().ended(job, entry.recipients().size());
        Duration pause = transport.settings().destinationRateDelay();
        if (!pause.isZero()) {
            destination.closeUntil(now.plus(pause));
            timers.at(now.plus(pause), time -> wake(destination, time));
        }
        switch (outcome) {
            case DeliveryOutcome.Worked _ -> {
                destination.positiveFeedback();
                settings.debug().worked(destination);
            }
            case DeliveryOutcome.SiteTrouble(boolean _, Trouble trouble) -> {
                if (destination.dead() == null) {
                    failed(destination, trouble, now);
                }
            }
            case DeliveryOutcome.AgentTrouble(Trouble trouble) -> {
                kill(transport, trouble, now);
                defer(entry.message(), entry.recipients(), transport, trouble, now);
            }
        }
        if (transport.isCurrent(job)) {
            refill(job, now);
        }
        wake(destination, now);
    }

    private void failed(Destination destination, Trouble trouble, Instant now) {
        if (destination.negativeFeedback()) {
            kill(destination, trouble.suspended(), now);
        }
        settings.debug().failed(destination);
    }

    /** While a destination has room, the first of those that wait there can be chosen, and each that might be best to overtake it. */
    private static void wake(Destination destination, Instant now) {
        if (destination.hasParked() && destination.isOpen(now)) {
            makeReady(destination.parked().first());
            if (destination.transport().settings().slots().enabled()) {
                destination.parked().oldest().forEach(Scheduler::makeReady);
            }
        }
        forget(destination, now);
    }

    private static void makeReady(Peer peer) {
        peer.destination().parked().remove(peer);
        peer.job().ready().addLast(peer);
        peer.job().transport().jobs().update(peer.job());
    }

    private static void forget(Destination destination, Instant now) {
        if (destination.isIdle(now)) {
            destination.transport().destinations().remove(destination.key());
        }
    }

    private void kill(Destination destination, Trouble trouble, Instant now) {
        if (deadDestinations < settings.mostDead()) {
            Instant until = now.plus(settings.deadDestinationTime());
            destination.die(trouble, until);
            deadDestinations++;
            timers.at(until, time -> {
                if (destination.isDeadUntil(until)) {
                    revive(destination, time);
                }
            });
        }
        deferWaiting(destination, trouble, now);
    }

    private void kill(Transport transport, Trouble trouble, Instant now) {
        if (transport.dead() != null) {
            return;
        }
        Instant until = now.plus(settings.deadTransportTime());
        transport.die(trouble, until);
        timers.at(until, _ -> {
            if (transport.isDeadUntil(until)) {
                transport.revive();
            }
        });
        for (Destination destination : new ArrayList<>(transport.destinations().values())) {
            deferWaiting(destination, trouble, now);
            forget(destination, now);
        }
    }

    private void deferWaiting(Destination destination, Trouble trouble, Instant now) {
        Transport transport = destination.transport();
        for (Peer peer : new ArrayList<>(destination.peers())) {
            Job job = peer.job();
            if (peer.isParked()) {
                destination.parked().remove(peer);
            } else {
                boolean _ = job.ready().remove(peer);
            }
            while (!peer.isEmpty()) {
                Entry entry = peer.take();
                job.waitingEntries(-1);
                destination.entries(-1);
                transport.recipients().ended(job, entry.recipients().size());
                defer(job.message(), entry.recipients(), transport, trouble, now);
            }
            drop(peer);
            if (!job.isEnded()) {
                transport.jobs().update(job);
            }
        }
    }

    /** A message has left the active queue. */
    void left(ActiveMessage message) {
        active.remove(message.head().id());
    }

    /** How many messages are in the active queue. */
    int active() {
        return active.size();
    }

    /** What an active message waits for; empty when it is not active. */
    Optional<Standing> standing(QueueId id, Instant now) {
        return Optional.ofNullable(active.get(id)).map(message -> new Standings(now).of(message, underWay));
    }

    private void revive(Destination destination, Instant now) {
        if (destination.dead() == null) {
            return;
        }
        destination.revive();
        deadDestinations--;
        wake(destination, now);
    }

    /** When the next wait for a rate delay or a dead destination ends; empty when there is none. */
    Optional<Instant> wakeTime() {
        return timers.next();
    }

    /** Forgets which destinations and transports are dead. */
    void flushDead(Instant now) {
        for (Transport transport : transports.values()) {
            transport.revive();
            for (Destination destination : new ArrayList<>(transport.destinations().values())) {
                revive(destination, now);
            }
        }
    }

    /** Goes on with other limits; windows keep their size as far as these allow. */
    void reconfigure(SchedulerSettings changed, Instant now) {
        settings = changed;
        for (Transport transport : transports.values()) {
            transport.reconfigured(changed.transport().apply(transport.name()));
            for (Destination destination : new ArrayList<>(transport.destinations().values())) {
                wake(destination, now);
            }
        }
    }
}
