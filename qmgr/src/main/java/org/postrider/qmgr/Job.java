package org.postrider.qmgr;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message's work for one transport. It exists while it has entries, and while its message has recipients in the file that were
 * not read. Owned by the scheduler's thread.
 */
final class Job {
    private final ActiveMessage message;
    private final Transport transport;
    private final Map<Destination, Peer> peers = new LinkedHashMap<>(2);
    /** Peers believed to have a destination with room, in the order of their turns. */
    private final Deque<Peer> ready = new ArrayDeque<>(2);
    private int waitingEntries;
    private int chosenEntries;
    private int recipients;
    private int recipientSlots;
    private boolean ended;

    // Where it stands in its transport's JobList.
    private long position;
    private @Nullable Job previous;
    private @Nullable Job next;
    private int candidateSize;

    // Whom it overtook, and what it earned and owes.
    private int earned;
    private boolean overtaking;
    private @Nullable Job overtaken;
    private int overtakers;
    private int charged;
    private int chosenBefore;

    Job(ActiveMessage message, Transport transport) {
        this.message = message;
        this.transport = transport;
    }

    ActiveMessage message() {
        return message;
    }

    Transport transport() {
        return transport;
    }

    // ---- work ----

    @Nullable
    Peer peer(Destination destination) {
        return peers.get(destination);
    }

    Peer newPeer(Destination destination) {
        Peer peer = new Peer(this, destination);
        peers.put(destination, peer);
        return peer;
    }

    Collection<Peer> peers() {
        return peers.values();
    }

    void remove(Peer peer) {
        peers.remove(peer.destination());
    }

    boolean isEmpty() {
        return peers.isEmpty();
    }

    Deque<Peer> ready() {
        return ready;
    }

    /** More or fewer entries wait. */
    void waitingEntries(int change) {
        waitingEntries += change;
    }

    /** One of the waiting entries is delivered now; it earns a part of a slot. */
    void chosen() {
        waitingEntries--;
        chosenEntries++;
        earned++;
    }

    boolean isEnded() {
        return ended;
    }

    void end() {
        ended = true;
    }

    // ---- recipients in memory, see RecipientSlots ----

    int recipients() {
        return recipients;
    }

    void recipients(int change) {
        recipients += change;
    }

    int recipientSlots() {
        return recipientSlots;
    }

    void recipientSlots(int change) {
        recipientSlots += change;
    }

    // ---- place, see JobList ----

    long position() {
        return position;
    }

    void position(long changed) {
        position = changed;
    }

    @Nullable
    Job previous() {
        return previous;
    }

    void previous(@Nullable Job changed) {
        previous = changed;
    }

    @Nullable
    Job next() {
        return next;
    }

    void next(@Nullable Job changed) {
        next = changed;
    }

    /** Under which size it stands among the candidates; 0 when it does not. */
    int candidateSize() {
        return candidateSize;
    }

    void candidateSize(int changed) {
        candidateSize = changed;
    }

    // ---- overtaking ----

    int earned() {
        return earned;
    }

    /** The most deliveries it may have in all: every recipient that was not read may become one. */
    int mostEntries() {
        return chosenEntries + mostEntriesLeft();
    }

    int mostEntriesLeft() {
        return waitingEntries + message.unread();
    }

    /** The least deliveries it still has: those not read may go over other transports. */
    int leastEntriesLeft() {
        return waitingEntries;
    }

    /** The number of deliveries for which it might overtake; 0 when it may not, because it did so or was itself overtaken. */
    int sizeAsCandidate() {
        return overtaking || overtakers > 0 ? 0 : mostEntriesLeft();
    }

    boolean isOvertaking() {
        return overtaking;
    }

    /** It goes before this one, which pays for as many deliveries as it may have. */
    void overtake(Job other, int cost) {
        overtaking = true;
        overtaken = other;
        charged = mostEntriesLeft() * cost;
        chosenBefore = chosenEntries;
        other.earned -= charged;
        other.overtakers++;
    }

    /**
     * At its end: who was overtaken gets back what was not used, and takes over what this one owes and those that overtook it. Returns
     * who that was; null when there is none any more.
     */
    @Nullable
    Job settle(int cost) {
        Job other = stillOvertaken();
        if (other != null) {
            other.earned += charged - (chosenEntries - chosenBefore) * cost + Math.min(0, earned);
            other.overtakers += overtakers - 1;
        }
        return other;
    }

    /** One that ended is replaced by whom it had overtaken itself. */
    private @Nullable Job stillOvertaken() {
        while (overtaken != null && overtaken.ended) {
            overtaken = overtaken.overtaken;
        }
        return overtaken;
    }
}
