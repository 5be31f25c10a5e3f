package org.postrider.cleanup;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.postrider.common.daemon.Service;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.posix.FileWords;
import org.postrider.common.queue.NewQueueFile;
import org.postrider.common.queue.QueueCommit;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueName;
import org.postrider.common.wire.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages from one client after the other on a connection. A message has a file of mode 0600 in incoming from the moment
 * its id is told; the one act that makes it a message is {@link QueueCommit}, after which the client hears of success. Whatever
 * goes wrong before, also the client leaving, ends with the file removed; a crash leaves a file that qmgr passes over.
 */
final class CleanupService implements Service {
    /** What a service works with. */
    record Equipment(CleanupSettings settings, AddressRules rules, ContentChecks checks, QueueDirectory queue,
            QueueCommit commit, QueueNudge nudge, InstantSource clock, Refusals refusals,
            InFlowDelay flow, ProbeAnswers probes, ProbeHandOver handOver) {}

    private static final Logger log = LoggerFactory.getLogger(CleanupService.class);

    private final Equipment equipment;
    private volatile boolean stopping;

    CleanupService(Equipment equipment) {
        this.equipment = equipment;
    }

    @Override
    public boolean conversesOnLoop() {
        return true;
    }

    /** Clients that keep their connections begin their next message with another process. */
    @Override
    public void stopping() {
        stopping = true;
    }

    @Override
    public void converse(Connection connection) throws IOException {
        for (boolean first = true;; first = false) {
            Optional<Attributes> request = Attributes.readIfAny(connection.in());
            if (request.isEmpty() || (stopping && !first)) {
                return;
            }
            int flags = request.get().integer("flags", 0);
            if ((flags & CleanupClient.NO_FILE) != 0) {
                takeProbe(connection, flags);
            } else {
                takeMessage(connection, flags);
            }
        }
    }

    @Override
    public void retire() {
        try {
            equipment.commit.stop();
        } catch (IOException e) {
            log.warn("the journal was not emptied: {}", FileWords.at(e));
        }
        equipment.nudge.finish();
    }

    private void takeMessage(Connection connection, int flags) throws IOException {
        equipment.flow.await();
        NewQueueFile file = create();
        boolean kept = false;
        try {
            Message message = new Message(file, flags, equipment.settings);
            read(message, connection);
            kept = settle(message, file);
            if (!kept) {
                file.abandon();
            }
            answer(message, connection);
        } finally {
            if (!kept) {
                file.abandon();
            } else if (file.queue() == QueueName.INCOMING) {
                // After the answer, for which a client waits: who takes the message from here needs a processor, too.
                equipment.nudge.nudge(file.id().text());
            }
        }
    }

    private void takeProbe(Connection connection, int flags) throws IOException {
        equipment.flow.await();
        Message message = equipment.handOver.begin(flags, equipment.settings);
        read(message, connection);
        equipment.handOver.settle(message);
        answer(message, connection);
    }

    private void read(Message message, Connection connection) throws IOException {
        new Attributes().put("queue_id", message.id()).write(connection.out());
        connection.out().flush();
        new Intake(message, equipment.settings, equipment.rules, equipment.checks, equipment.probes)
                .read(connection.in());
    }

    private static void answer(Message message, Connection connection) throws IOException {
        message.status().toAttributes().write(connection.out());
        connection.out().flush();
    }

    private NewQueueFile create() throws IOException {
        try {
            return NewQueueFile.create(equipment.queue, QueueName.INCOMING, equipment.settings.longQueueIds(),
                    equipment.clock, equipment.commit::isTaken);
        } catch (IOException e) {
            log.error("can't create a queue file: {}", FileWords.at(e));
            throw new IOException("no queue file", e);
        }
    }

    /** Decides about a message that was read to its end; true when its file stays. */
    private boolean settle(Message message, NewQueueFile file) {
        if (message.failed()) {
            equipment.refusals.handle(message);
            return false;
        }
        if (message.has(CleanupClient.DISCARD)) {
            return false;
        }
        if (!equipment.probes.keepExpanded(message)) {
            message.fail(CleanupStatus.DEFER, "");
            return false;
        }
        try {
            if (message.has(CleanupClient.HOLD)) {
                file.moveTo(QueueName.HOLD);
            }
            equipment.commit.commit(file);
            return true;
        } catch (IOException e) {
            log.warn("{}: write queue file: {}", message.id(), FileWords.at(e));
            message.fail(CleanupStatus.WRITE, "");
            return false;
        }
    }
}
