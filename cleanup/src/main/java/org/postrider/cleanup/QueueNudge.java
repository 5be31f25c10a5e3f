package org.postrider.cleanup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.ipc.Trigger;
import org.postrider.common.wire.Network;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells qmgr the names of new mail, without making anybody wait. What arrives while some names are on their way goes with the
 * next. Names that are lost cost time, not mail: the next that gets through asks qmgr to look for itself, as it does now and then.
 */
final class QueueNudge {
    private static final Logger log = LoggerFactory.getLogger(QueueNudge.class);
    private static final int MOST_NAMES = 1000;
    /** A connection is not used again after a time that is short against what qmgr waits for the next letter. */
    private static final ServiceClient.Limits LIMITS = new ServiceClient.Limits(Duration.ofSeconds(5),
            Duration.ofSeconds(1), Duration.ofSeconds(100));

    /** How bytes are sent to qmgr. */
    interface Sender {
        void send(byte[] bytes) throws IOException;

        /** Returns when the kernel has them, on a connection that nobody has closed meanwhile. */
        default void sendLast(byte[] bytes) throws IOException {
            send(bytes);
        }
    }

    /** Over kept connections, and the last over one of its own. */
    private record SocketSender(ServiceClient client) implements Sender {
        @Override
        public void send(byte[] bytes) throws IOException {
            client.send(bytes);
        }

        @Override
        public void sendLast(byte[] bytes) throws IOException {
            try (ServiceClient.Lease lease = client.fresh()) {
                lease.connection().out().write(bytes);
                lease.connection().close();
            }
        }
    }

    private final Sender sender;
    private final Executor threads;

    // Guarded by this object's lock.
    private final List<String> names = new ArrayList<>();
    private boolean someLost;
    private boolean sending;
    private boolean used;

    QueueNudge(Sender sender, Executor threads) {
        this.sender = sender;
        this.threads = threads;
    }

    /** Nudges to qmgr's socket. */
    static QueueNudge of(Network network, Path socket) {
        return new QueueNudge(new SocketSender(client(network, socket)),
                task -> network.thread("nudge", task).start());
    }

    /** A client of qmgr's socket, which waits for the next letter for five seconds only. */
    static ServiceClient client(Network network, Path socket) {
        return new ServiceClient(network, socket, LIMITS);
    }

    /** This message is in incoming. */
    void nudge(String queueId) {
        synchronized (this) {
            used = true;
            if (names.size() < MOST_NAMES) {
                names.add(queueId);
            } else {
                someLost = true;
            }
            if (sending) {
                return;
            }
            sending = true;
        }
        threads.execute(this::send);
    }

    private void send() {
        for (byte[] bytes = next(); bytes.length > 0; bytes = next()) {
            try {
                sender.send(bytes);
            } catch (IOException | RuntimeException e) {
                // Whatever it was, the next name must find the way free.
                log.debug("qmgr can't be told of new mail: {}", e.toString());
                lost();
                return;
            }
        }
    }

    /**
     * Before the program goes, which may take names with it that are still on their way: qmgr is asked to look for itself. Waits for it,
     * some seconds at most.
     */
    void finish() {
        synchronized (this) {
            if (!used) {
                return;
            }
        }
        try {
            sender.sendLast(new byte[]{(byte) Trigger.INCOMING.letter()});
        } catch (IOException e) {
            log.warn("qmgr can't be told of new mail: {}", e.toString());
        }
    }

    private synchronized void lost() {
        someLost = true;
        sending = false;
    }

    /** What is to be told; nothing, and the end of sending, when all is told. */
    private synchronized byte[] next() {
        var bytes = new ByteArrayOutputStream();
        for (String name : names) {
            bytes.write(Trigger.NEW_MESSAGE);
            bytes.writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
            bytes.write(0);
        }
        names.clear();
        if (someLost && bytes.size() > 0) {
            bytes.write(Trigger.INCOMING.letter());
            someLost = false;
        }
        sending = bytes.size() > 0;
        return bytes.toByteArray();
    }
}
