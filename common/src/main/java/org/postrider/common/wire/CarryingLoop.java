package org.postrider.common.wire;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/**
 * An event loop that carries virtual threads: each turn of one is a task of the loop.
 *
 * <p>A lock can turn this into a deadlock. While a virtual thread of the loop waits for the lock, the loop's own thread, with a task of
 * another kind, comes to wait for it as well; the lock then goes to the virtual thread, which has no carrier. So turns lie in a queue that
 * others can take from: {@link LoopWatch} runs elsewhere what a loop that stands still does not get to.
 */
final class CarryingLoop extends SingleThreadIoEventLoop {
    private final Queue<Runnable> turns = new ConcurrentLinkedQueue<>();
    private final Executor carrier = this::carry;
    private final Runnable turn = this::takeTurn;
    private final LoopWatch watch;
    private volatile long taken;

    // Only the watch touches what follows.
    private long takenBefore;
    private boolean waitedBefore;

    CarryingLoop(IoEventLoopGroup group, Executor threads, IoHandlerFactory handlers, LoopWatch watch) {
        super(group, threads, handlers);
        this.watch = watch;
    }

    /** Runs the turns of virtual threads. */
    Executor carrier() {
        return carrier;
    }

    private void carry(Runnable next) {
        turns.add(next);
        execute(turn);
        watch.somethingWaits();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Only the loop's thread writes.
    private void takeTurn() {
        Runnable next = turns.poll();
        if (next != null) {
            taken++;
            next.run();
        }
    }

    /** True when a turn waits. */
    boolean hasWaiting() {
        return !turns.isEmpty();
    }

    /** The turns that wait, when some waited at the last call, too, and the loop took none since; they are no longer the loop's. */
    List<Runnable> takeStuck() {
        long now = taken;
        boolean standsStill = waitedBefore && now == takenBefore;
        takenBefore = now;
        waitedBefore = hasWaiting();
        List<Runnable> stuck = new ArrayList<>();
        if (standsStill) {
            for (Runnable next = turns.poll(); next != null; next = turns.poll()) {
                stuck.add(next);
            }
        }
        return stuck;
    }
}
