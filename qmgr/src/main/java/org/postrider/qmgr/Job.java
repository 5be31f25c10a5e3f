package org.postrider.qmgr;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One message's work for one transport. Owned by the scheduler's thread. */
final class Job {
    private final ActiveMessage message;
    private final Transport transport;
    private final Map<Destination, Peer> peers = new LinkedHashMap<>(4);
    /** Peers believed to have a destination with room. The job stands in its transport's ring while this has one. */
    private final Deque<Peer> ready = new ArrayDeque<>(2);

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

    @Nullable
    Peer peer(Destination destination) {
        return peers.get(destination);
    }

    Peer newPeer(Destination destination) {
        Peer peer = new Peer(this, destination);
        peers.put(destination, peer);
        return peer;
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
}
