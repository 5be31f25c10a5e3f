package org.postrider.common.lookup;

import org.postrider.common.config.Parameters;

/** Peers whose sessions are logged line by line: {@code debug_peer_list}, at whatever {@code debug_peer_level}. */
public final class WatchedPeers {
    private final MatchList peers;

    private WatchedPeers(MatchList peers) {
        this.peers = peers;
    }

    /** Those of a service. */
    public static WatchedPeers of(Parameters parameters, Tables tables) {
        // Even the least level shows the conversation; a value that is none is refused as everywhere.
        int _ = parameters.number("debug_peer_level");
        return new WatchedPeers(MatchList.hosts(parameters.string("debug_peer_list"),
                parameters.list("parent_domain_matches_subdomains").contains("debug_peer_list"), tables));
    }

    /** True for a peer by its name or address; a table that can't be asked names nobody. */
    public boolean contains(String name, String address) {
        return !peers.isEmpty() && peers.match(name, address).matches();
    }
}
