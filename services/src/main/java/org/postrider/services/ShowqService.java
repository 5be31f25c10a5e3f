package org.postrider.services;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import org.postrider.common.daemon.AuthorizedUsers;
import org.postrider.common.daemon.Service;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.wire.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Service {@code showq} (public/showq): lists the queue to whoever connects, see {@link QueueList}. A user whom
 * authorized_mailq_users does not allow this gets one list with the attribute {@code denied}.
 */
final class ShowqService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(ShowqService.class);

    private final QueueList list;
    private final AuthorizedUsers users;
    private final Duration timeout;

    ShowqService(QueueList list, AuthorizedUsers users, Duration timeout) {
        this.list = list;
        this.users = users;
        this.timeout = timeout;
    }

    @Override
    public void converse(Connection connection) throws IOException {
        connection.timeout(timeout);
        OutputStream out = connection.out();
        Optional<String> refusal = connection.peer().flatMap(peer -> users.refusal(peer.uid()));
        if (refusal.isPresent()) {
            LOG.warn(refusal.get());
            QueueList.begin(out);
            new Attributes().put("denied", refusal.get()).write(out);
            out.flush();
            return;
        }
        list.write(out);
        out.flush();
    }
}
