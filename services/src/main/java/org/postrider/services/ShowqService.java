package org.postrider.services;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import org.postrider.common.daemon.AuthorizedUsers;
import org.postrider.common.daemon.Service;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.wire.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Service {@code showq} (public/showq): lists the queue to whoever connects, see {@link QueueList}. A user whom
 * authorized_mailq_users does not allow this gets one list with the attribute {@code denied}.
 */
final class ShowqService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(ShowqService.class);

    private final QueueDirectory queue;
    private final AuthorizedUsers users;
    private final Duration timeout;

    ShowqService(QueueDirectory queue, AuthorizedUsers users, Duration timeout) {
        this.queue = queue;
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
            new Attributes().put("denied", refusal.get()).write(out);
            out.flush();
            return;
        }
        new QueueList(queue).write(out);
        out.flush();
    }
}
