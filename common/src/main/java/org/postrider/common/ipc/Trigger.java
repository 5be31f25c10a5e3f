package org.postrider.common.ipc;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Network;

/** One-byte requests on a service socket, as Postfix's: the client connects, writes, and closes without waiting for an answer. */
public enum Trigger {
    /** Wake up and look for work. */
    WAKEUP('W'),
    /** qmgr: scan incoming. */
    INCOMING('I'),
    /** qmgr: scan deferred. */
    DEFERRED('D'),
    /** qmgr: forget which transports and destinations were dead. */
    FLUSH_DEAD('F'),
    /** qmgr: take deferred messages whatever their next time is. */
    IGNORE_TIME('A');

    /** qmgr, ours: a new message is in incoming; its queue id and a zero byte follow. Clients may keep the connection. */
    public static final char NEW_MESSAGE = 'N';

    /**
     * qmgr, ours: what does a message wait for; its queue id and a zero byte follow. The answer is a {@link Standing}, and the connection
     * stays open.
     */
    public static final char STANDING = '?';

    /** qmgr, ours: an address probe follows, see {@link AddressProbe}. The connection stays open. */
    public static final char PROBE = 'V';

    private final char letter;

    Trigger(char letter) {
        this.letter = letter;
    }

    /** The byte on the wire. */
    public char letter() {
        return letter;
    }

    /** Sends these requests, in order, in one connection. */
    public static void send(Network network, Path socket, Duration limit, Trigger... requests) throws IOException {
        try (Connection connection = network.connect(socket, limit)) {
            connection.timeout(limit);
            for (Trigger request : requests) {
                connection.out().write(request.letter);
            }
            connection.out().flush();
        }
    }
}
