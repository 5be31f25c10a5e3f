package org.postrider.cleanup;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.ipc.Trigger;
import org.postrider.common.wire.Network;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells qmgr that there is new mail, without making anybody wait. However many messages arrive while one nudge is on its way,
 * one more follows. A nudge that is lost costs time, not mail: qmgr looks by itself now and then.
 */
final class QueueNudge {
    private enum State {
        IDLE, SENDING, AGAIN
    }

    private static final Logger log = LoggerFactory.getLogger(QueueNudge.class);
    /** A connection is not used again after a time that is short against what qmgr waits for the next letter. */
    private static final ServiceClient.Limits LIMITS = new ServiceClient.Limits(Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(100));

    /** How one nudge is sent. */
    interface Sender {
        void send() throws IOException;
    }

    private final Sender sender;
    private final Executor threads;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

    QueueNudge(Sender sender, Executor threads) {
        this.sender = sender;
        this.threads = threads;
    }

    /** A nudge to qmgr's socket. */
    static QueueNudge of(Network network, Path socket) {
        ServiceClient client = new ServiceClient(network, socket, LIMITS);
        return new QueueNudge(() -> client.send(Trigger.INCOMING.letter()),
                task -> network.thread("nudge", task).start());
    }

    /** A message is in incoming. */
    void nudge() {
        State before = state.getAndUpdate(now -> now == State.IDLE ? State.SENDING : State.AGAIN);
        if (before == State.IDLE) {
            threads.execute(this::send);
        }
    }

    private void send() {
        do {
            state.set(State.SENDING);
            try {
                sender.send();
            } catch (IOException e) {
                log.debug("qmgr can't be told of new mail: {}", e.toString());
            }
        } while (!state.compareAndSet(State.SENDING, State.IDLE));
    }
}
