package org.postrider.qmgr;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Peers that found no room at a destination. When there is room, the first in the order of jobs comes back, and with it the oldest
 * of each size, because one of these may be the best to overtake: the others could not be chosen, so that they may stay. Owned by the
 * scheduler's thread.
 */
final class ParkedPeers {
    private static final Comparator<Peer> BY_POSITION = Comparator.comparingLong(peer -> peer.job().position());
    private static final Comparator<Peer> BY_AGE = Comparator.comparingLong(peer -> peer.job().message().sequence());

    private final TreeSet<Peer> inOrder = new TreeSet<>(BY_POSITION);
    private final TreeMap<Integer, TreeSet<Peer>> bySize = new TreeMap<>();

    boolean isEmpty() {
        return inOrder.isEmpty();
    }

    void add(Peer peer) {
        int size = peer.job().sizeAsCandidate();
        peer.park(size);
        boolean _ = inOrder.add(peer);
        if (size > 0) {
            boolean _ = bySize.computeIfAbsent(size, _ -> new TreeSet<>(BY_AGE)).add(peer);
        }
    }

    /** Takes a peer out that stands here. */
    void remove(Peer peer) {
        boolean _ = inOrder.remove(peer);
        TreeSet<Peer> same = bySize.get(peer.parkedSize());
        if (same != null) {
            boolean _ = same.remove(peer);
            if (same.isEmpty()) {
                bySize.remove(peer.parkedSize());
            }
        }
        peer.unpark();
    }

    /** The first in the order of jobs; there must be one. */
    Peer first() {
        return inOrder.first();
    }

    /** The oldest of each size. */
    List<Peer> oldest() {
        List<Peer> peers = new ArrayList<>(bySize.size());
        for (TreeSet<Peer> same : bySize.values()) {
            peers.add(same.first());
        }
        return peers;
    }
}
