package org.postrider.services;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.AuthorizedUsers;
import org.postrider.common.daemon.Service;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.Standing;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Network;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Service {@code showq} (public/showq): lists the queue to whoever connects, see {@link QueueList}. A user whom
 * authorized_mailq_users does not allow this gets one list with the attribute {@code denied}.
 */
final class ShowqService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(ShowqService.class);
    private static final Duration QUEUE_MANAGER_LIMIT = Duration.ofSeconds(5);

    /**
     * main.cf as showq(8) uses it.
     *
     * @param queue the queue in queue_directory
     * @param emptyRecipient empty_address_recipient
     * @param qmgr queue_service_name
     * @param timeout ipc_timeout
     */
    record Settings(QueueDirectory queue, String emptyRecipient, String qmgr, Duration timeout) {
        static Settings of(Path queueDirectory, Parameters parameters) {
            return new Settings(QueueDirectory.of(queueDirectory, parameters),
                    parameters.string("empty_address_recipient"), parameters.string("queue_service_name"),
                    parameters.time("ipc_timeout"));
        }

        /** The listing of the queue. */
        QueueList listing(InstantSource clock, QueueManagerView.Way queueManager) {
            return new QueueList(queue, emptyRecipient, clock, queueManager);
        }

        /** Who says what holds a message. */
        QueueManagerView.Way queueManager(Network network) {
            Path socket = queue.root().resolve("public/" + qmgr);
            return () -> new Standing.Asker(network, socket, QUEUE_MANAGER_LIMIT);
        }
    }

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
