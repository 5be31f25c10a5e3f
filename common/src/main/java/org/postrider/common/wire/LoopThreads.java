package org.postrider.common.wire;

import io.netty.channel.EventLoop;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Makes virtual threads whose carrier is an event loop. A conversation that only computes and waits for its connections then
 * goes on where its bytes arrive, and no other thread is woken for a command or a reply (docs/adr/0011).
 *
 * <p>The JDK has the means but no public door to them; the launcher opens the package. Where it is not open, the ordinary
 * scheduler carries the threads: slower, and otherwise the same.
 */
final class LoopThreads {
    private static final Optional<MethodHandle> MAKER = maker();
    private static final ScopedValue<EventLoop> CARRIER = ScopedValue.newInstance();

    private LoopThreads() {}

    private static Optional<MethodHandle> maker() {
        try {
            Class<?> builders = Class.forName("java.lang.ThreadBuilders");
            MethodHandles.Lookup inside = MethodHandles.privateLookupIn(builders, MethodHandles.lookup());
            return Optional.of(inside.findStatic(builders, "newVirtualThread",
                    MethodType.methodType(Thread.class, Executor.class, String.class, int.class, Runnable.class)));
        } catch (ReflectiveOperationException _) {
            return Optional.empty();
        }
    }

    /** A virtual thread, not started, that runs on the loop where that is possible. */
    static Thread unstarted(EventLoop loop, String name, Runnable work) {
        if (MAKER.isPresent()) {
            try {
                Runnable carried = () -> ScopedValue.where(CARRIER, loop).run(work);
                Executor carrier = loop instanceof CarryingLoop carrying ? carrying.carrier() : loop;
                return (Thread) MAKER.get().invokeExact(carrier, name, 0, carried);
            } catch (Throwable e) {
                throw new IllegalStateException("no virtual thread on an event loop", e);
            }
        }
        return Thread.ofVirtual().name(name).unstarted(work);
    }

    /** Whether event loops carry threads in this process. */
    static boolean available() {
        return MAKER.isPresent();
    }

    /** The loop that carries the current thread; what the thread begins is best done on the same. */
    static Optional<EventLoop> carrier() {
        return CARRIER.isBound() ? Optional.of(CARRIER.get()) : Optional.empty();
    }
}
