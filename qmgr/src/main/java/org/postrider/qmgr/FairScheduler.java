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
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postrider.common.mail.Recipient;

/**
 * Round robin: transports take turns, within a transport the messages (jobs) take turns, within a job its destinations. A turn is
 * one entry. A message with a thousand recipients so delays one with a single recipient by one delivery, not by a thousand.
 *
 * <p>A job that finds no room at a destination waits there and is woken when a delivery ends, so that choosing costs the same
 * however much mail waits.
 */
final class FairScheduler implements DeliveryScheduler {
    private final Map<String, Transport> transports = new LinkedHashMap<>();
    private final Map<ActiveMessage, Map<Transport, Job>> jobs = new HashMap<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final Deque<Step> deferrals = new ArrayDeque<>();
    private final Deque<Transport> turns = new ArrayDeque<>();
    private SchedulerSettings settings;
    private long timerCount;
    private int deadDestinations;

    private record Timer(Instant time, long number, Consumer<Instant> action) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = time.compareTo(other.time);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    FairScheduler(SchedulerSettings settings) {
        this.settings = settings;
    }

    @Override
    public void add(ActiveMessage message, List<RoutedRecipient> recipients, Instant now) {
        runTimers(now);
        for (RoutedRecipient routed : recipients) {
            place(message, routed, now);
        }
    }

    private Transport transport(String name) {
        Transport known = transports.get(name);
        if (known == null) {
            known = new Transport(name, settings.transport().apply(name));
            transports.put(name, known);
            turns.addLast(known);
        }
        return known;
    }

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
        Job job = jobs.computeIfAbsent(message, _ -> new LinkedHashMap<>(2)).computeIfAbsent(transport,
                t -> new Job(message, t));
        Peer peer = job.peer(destination);
        if (peer == null) {
            peer = job.newPeer(destination);
            destination.peers().add(peer);
            makeReady(peer);
        }
        peer.add(routed.recipient(), message.mostTogether(transport.settings()));
    }

    private boolean isRetry(Transport transport) {
        return transport.name().equals(settings.retryTransport());
    }

    /** Sends recipients to the retry transport, whose agent logs and records them as deferred. */
    private void defer(ActiveMessage message, List<Recipient> recipients, Transport from, Trouble trouble,
            Instant now) {
        if (isRetry(from)) {
            deferrals.add(new Step.DeferUntried(message, recipients, trouble));
            return;
        }
        for (Recipient recipient : recipients) {
            place(message, new RoutedRecipient(recipient, settings.retryTransport(), trouble.asNexthop()), now);
        }
    }

    private static void makeReady(Peer peer) {
        Job job = peer.job();
        if (job.ready().isEmpty()) {
            job.transport().ring().addLast(job);
        }
        job.ready().addLast(peer);
        peer.destination().readyPeers(1);
    }

    @Override
    public Optional<Step> next(Instant now) {
        runTimers(now);
        Step deferral = deferrals.pollFirst();
        if (deferral != null) {
            return Optional.of(deferral);
        }
        for (int i = turns.size(); i > 0; i--) {
            Transport transport = turns.removeFirst();
            turns.addLast(transport);
            Entry entry = transport.isOpen(now) ? choose(transport, now) : null;
            if (entry != null) {
                return Optional.of(new Step.Deliver(entry));
            }
        }
        return Optional.empty();
    }

    private @Nullable Entry choose(Transport transport, Instant now) {
        Deque<Job> ring = transport.ring();
        while (true) {
            Job job = ring.pollFirst();
            if (job == null) {
                return null;
            }
            Entry entry = chooseFrom(job, now);
            if (!job.ready().isEmpty()) {
                ring.addLast(job);
            }
            if (entry != null) {
                return entry;
            }
        }
    }

    private @Nullable Entry chooseFrom(Job job, Instant now) {
        while (true) {
            Peer peer = job.ready().pollFirst();
            if (peer == null) {
                return null;
            }
            Destination destination = peer.destination();
            destination.readyPeers(-1);
            if (!destination.isOpen(now)) {
                destination.waiting().addLast(peer);
                continue;
            }
            Entry entry = peer.take();
            if (peer.isEmpty()) {
                drop(peer);
            } else {
                job.ready().addLast(peer);
                destination.readyPeers(1);
            }
            if (entry != null) {
                start(entry, destination, now);
                return entry;
            }
        }
    }

    private void start(Entry entry, Destination destination, Instant now) {
        Transport transport = destination.transport();
        entry.hint(destination.busy() > 0 || destination.servedJustNow(now), !destination.peers().isEmpty());
        destination.started();
        transport.started();
        Duration pause = transport.settings().transportRateDelay();
        if (!pause.isZero()) {
            transport.closeUntil(now.plus(pause));
            at(now.plus(pause), _ -> {
                // The loop looks again; nothing else is to be done.
            });
        }
    }

    /** Removes a peer without entries; it stands in no line any more. */
    private void drop(Peer peer) {
        Job job = peer.job();
        job.remove(peer);
        peer.destination().peers().remove(peer);
        if (job.isEmpty()) {
            Map<Transport, Job> ofMessage = jobs.get(job.message());
            if (ofMessage != null) {
                ofMessage.remove(job.transport());
                if (ofMessage.isEmpty()) {
                    jobs.remove(job.message());
                }
            }
        }
    }

    @Override
    public void finished(Entry entry, DeliveryOutcome outcome, Instant now) {
        Destination destination = entry.peer().destination();
        Transport transport = destination.transport();
        destination.ended(now);
        transport.ended();
        switch (outcome) {
            case DeliveryOutcome.Worked _ -> destination.positiveFeedback();
            case DeliveryOutcome.SiteTrouble(boolean _, Trouble trouble) -> {
                if (destination.negativeFeedback()) {
                    kill(destination, trouble, now);
                }
            }
            case DeliveryOutcome.AgentTrouble(Trouble trouble) -> {
                kill(transport, trouble, now);
                defer(entry.message(), entry.recipients(), transport, trouble, now);
            }
        }
        Duration pause = transport.settings().destinationRateDelay();
        if (!pause.isZero() && destination.dead() == null) {
            destination.closeUntil(now.plus(pause));
            at(now.plus(pause), time -> wake(destination, time));
        }
        wake(destination, now);
    }

    /** Lets as many waiting peers try again as there is room for. */
    private void wake(Destination destination, Instant now) {
        for (int room = destination.roomForPeers(now); room > 0; room--) {
            Peer peer = destination.waiting().pollFirst();
            if (peer == null) {
                break;
            }
            makeReady(peer);
        }
        forget(destination, now);
    }

    private static void forget(Destination destination, Instant now) {
        if (destination.isIdle(now)) {
            destination.transport().destinations().remove(destination.key());
        }
    }

    private void kill(Destination destination, Trouble trouble, Instant now) {
        if (destination.dead() != null) {
            return;
        }
        if (deadDestinations < settings.mostDead()) {
            Instant until = now.plus(settings.deadDestinationTime());
            destination.die(trouble, until);
            deadDestinations++;
            at(until, time -> {
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
        at(until, _ -> {
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
        for (Peer peer : new ArrayList<>(destination.peers())) {
            Job job = peer.job();
            if (job.ready().remove(peer)) {
                destination.readyPeers(-1);
                if (job.ready().isEmpty()) {
                    boolean _ = job.transport().ring().remove(job);
                }
            }
            for (Entry entry = peer.take(); entry != null; entry = peer.take()) {
                defer(job.message(), entry.recipients(), destination.transport(), trouble, now);
            }
            drop(peer);
        }
        destination.waiting().clear();
    }

    private void revive(Destination destination, Instant now) {
        if (destination.dead() == null) {
            return;
        }
        destination.revive();
        deadDestinations--;
        wake(destination, now);
    }

    @Override
    public Optional<Instant> wakeTime() {
        Timer first = timers.peek();
        return first == null ? Optional.empty() : Optional.of(first.time);
    }

    private void at(Instant time, Consumer<Instant> action) {
        timers.add(new Timer(time, timerCount++, action));
    }

    private void runTimers(Instant now) {
        for (Timer timer = timers.peek(); timer != null && !timer.time.isAfter(now); timer = timers.peek()) {
            timers.remove();
            timer.action.accept(now);
        }
    }

    @Override
    public void flushDead(Instant now) {
        for (Transport transport : transports.values()) {
            transport.revive();
            for (Destination destination : new ArrayList<>(transport.destinations().values())) {
                revive(destination, now);
            }
        }
    }

    @Override
    public void reconfigure(SchedulerSettings changed, Instant now) {
        settings = changed;
        for (Transport transport : transports.values()) {
            transport.settings(changed.transport().apply(transport.name()));
            for (Destination destination : new ArrayList<>(transport.destinations().values())) {
                wake(destination, now);
            }
        }
    }
}
