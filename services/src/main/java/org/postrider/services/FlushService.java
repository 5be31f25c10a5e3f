package org.postrider.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.daemon.AuthorizedUsers;
import org.postrider.common.daemon.Service;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.FlushRequest;
import org.postrider.common.ipc.Trigger;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Network;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Service {@code flush} (public/flush): asks qmgr to deliver what waits. All deferred mail, or one message; the logs of which
 * messages wait for which site are kept for fast_flush_domains, which are none here, so a site is answered as not configured.
 */
final class FlushService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(FlushService.class);
    private static final Duration TRIGGER_LIMIT = Duration.ofSeconds(10);

    private final QueueDirectory queue;
    private final AuthorizedUsers users;
    private final Network network;
    private final Path qmgr;

    FlushService(QueueDirectory queue, AuthorizedUsers users, Network network, Path qmgr) {
        this.queue = queue;
        this.users = users;
        this.network = network;
        this.qmgr = qmgr;
    }

    @Override
    public void converse(Connection connection) throws IOException {
        connection.timeout(Duration.ofSeconds(100));
        Optional<Attributes> request = Attributes.readIfAny(connection.in());
        if (request.isPresent()) {
            Optional<String> refusal = connection.peer().flatMap(peer -> users.refusal(peer.uid()));
            refusal.ifPresent(LOG::warn);
            Attributes answer = refusal.isPresent()
                    ? FlushRequest.denied(refusal.get())
                    : FlushRequest.answer(serve(FlushRequest.fromAttributes(request.get())));
            answer.write(connection.out());
            connection.out().flush();
        }
    }

    private FlushRequest.Status serve(FlushRequest request) {
        try {
            return switch (request.kind()) {
                case ALL -> {
                    Trigger.send(network, qmgr, TRIGGER_LIMIT, Trigger.FLUSH_DEAD, Trigger.IGNORE_TIME,
                            Trigger.DEFERRED);
                    yield FlushRequest.Status.OK;
                }
                case MESSAGE -> message(request.target());
                case SITE -> FlushRequest.Status.UNKNOWN_SITE;
                case ADD, REFRESH -> FlushRequest.Status.OK;
            };
        } catch (IOException e) {
            LOG.warn("flush request {} {}: {}", request.kind(), request.target(), e.getMessage());
            return FlushRequest.Status.FAILED;
        }
    }

    /** The group-read bit tells qmgr to try the message whatever it knows of its destinations; then it becomes due now. */
    private FlushRequest.Status message(String target) throws IOException {
        Optional<QueueId> id = QueueId.parse(target);
        if (id.isEmpty()) {
            return FlushRequest.Status.BAD;
        }
        Path deferred = queue.path(QueueName.DEFERRED, id.get());
        try {
            Set<PosixFilePermission> mode = new HashSet<>(Files.getPosixFilePermissions(deferred));
            mode.add(PosixFilePermission.GROUP_READ);
            Files.setPosixFilePermissions(deferred, mode);
            Files.setLastModifiedTime(deferred, FileTime.fromMillis(System.currentTimeMillis()));
            queue.move(id.get(), QueueName.DEFERRED, QueueName.INCOMING);
        } catch (NoSuchFileException _) {
            // Not deferred: it is on its way already, or gone.
            return FlushRequest.Status.OK;
        }
        Trigger.send(network, qmgr, TRIGGER_LIMIT, Trigger.INCOMING);
        return FlushRequest.Status.OK;
    }
}
