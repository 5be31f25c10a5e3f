package org.postrider.qmgr;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.postrider.common.daemon.Service;
import org.postrider.common.ipc.AddressProbe;
import org.postrider.common.ipc.Standing;
import org.postrider.common.posix.FileLocks;
import org.postrider.common.posix.Identity;
import org.postrider.common.queue.QueueId;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.PeerCredentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The trigger socket: clients write letters, see {@link QueueManager#trigger}, names of new messages, or address probes. */
final class QmgrService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(QmgrService.class);
    private static final int MOST_LETTERS = 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final byte[] WAKEUP = {'W'};

    private final QueueManager manager;
    private final SocketServices services;
    private final Clocks clocks;
    private final FileLocks.Held lock;
    /** The manager belongs to a later service, or has stopped. */
    private volatile boolean handedOver;
    private volatile boolean stopping;

    /** @param lock held until the manager has stopped */
    QmgrService(QueueManager manager, SocketServices services, Clocks clocks, FileLocks.Held lock) {
        this.manager = manager;
        this.services = services;
        this.clocks = clocks;
        this.lock = lock;
    }

    /** Those of the manager, for as long as it runs. */
    Clocks clocks() {
        return clocks;
    }

    /** Gives the running manager, which goes on with this configuration, to the service that replaces this one. */
    QmgrService handOver(QueueManager.Parts parts, SocketServices changed) {
        handedOver = true;
        manager.reconfigure(parts);
        return new QmgrService(manager, changed, clocks, lock);
    }

    private void stop() {
        manager.stop();
        lock.close();
    }

    @Override
    public void converse(Connection connection) throws IOException {
        connection.timeout(PATIENCE);
        int caller = connection.peer().map(PeerCredentials::uid).orElse(-1);
        if (caller != 0 && caller != Identity.effectiveUid()) {
            LOG.warn("uid {} may not trigger the queue manager", caller);
            return;
        }
        TriggerReader reader = new TriggerReader(manager, answers(connection), MOST_LETTERS);
        byte[] letters = new byte[MOST_LETTERS];
        for (int n = connection.in().read(letters); n > 0; n = connection.in().read(letters)) {
            reader.take(letters, n);
        }
    }

    private TriggerReader.Questions answers(Connection connection) {
        return new TriggerReader.Questions() {
            @Override
            public void standings(List<Optional<QueueId>> ids) throws IOException {
                answer(connection, ids);
            }

            @Override
            public void probe(boolean taken) throws IOException {
                AddressProbe.answer(taken).write(connection.out());
                connection.out().flush();
            }
        };
    }

    private void answer(Connection connection, List<Optional<QueueId>> ids) throws IOException {
        try {
            for (Standing one : manager.standings(ids).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                one.write(connection.out());
            }
            connection.out().flush();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // Whoever asked goes without.
            throw new IOException("no answer to what holds a message: " + e, e);
        }
    }

    @Override
    public boolean conversesOnLoop() {
        return true;
    }

    @Override
    public void wakeup() {
        manager.trigger(WAKEUP, WAKEUP.length);
    }

    /** qmgr stays while it is idle: it has the times of deferred mail to watch. */
    @Override
    public boolean mayLeave() {
        return stopping;
    }

    @Override
    public void stopping() {
        stopping = true;
        if (!handedOver) {
            stop();
        }
    }

    @Override
    public void retire() {
        if (!handedOver && !stopping) {
            stop();
        }
        services.close();
    }
}
