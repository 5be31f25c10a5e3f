package org.postrider.qmgr;

import java.util.ArrayList;
import java.util.List;
import org.postrider.common.mail.Recipient;

/** Recipients of one message that travel together to one destination: one delivery. Owned by the scheduler's thread. */
final class Entry {
    private final Peer peer;
    private final List<Recipient> recipients = new ArrayList<>(2);
    private boolean mayReuseConnection;
    private boolean mayKeepConnection;

    Entry(Peer peer) {
        this.peer = peer;
    }

    Peer peer() {
        return peer;
    }

    ActiveMessage message() {
        return peer.job().message();
    }

    String transport() {
        return peer.job().transport().name();
    }

    String nexthop() {
        return peer.destination().nexthop();
    }

    List<Recipient> recipients() {
        return recipients;
    }

    void add(Recipient recipient) {
        recipients.add(recipient);
    }

    /** Notes whether there was a delivery to the destination just now, and whether more will follow. */
    void hint(boolean reuse, boolean keep) {
        mayReuseConnection = reuse;
        mayKeepConnection = keep;
    }

    /** There was a delivery to this destination a moment ago: an open connection may be there. */
    boolean mayReuseConnection() {
        return mayReuseConnection;
    }

    /** More mail waits for this destination: keep the connection. */
    boolean mayKeepConnection() {
        return mayKeepConnection;
    }
}
