package org.postrider.common.daemon;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Errno;
import org.postrider.common.posix.Poll;
import org.postrider.common.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads datagrams, or the bytes of a fifo, on a platform thread of its own and hands each over. */
final class MessageReceiver implements ServiceListener {
    private static final Logger LOG = LoggerFactory.getLogger(MessageReceiver.class);
    private static final int LARGEST = 64 * 1024;

    private final int descriptor;
    private final int closing;
    private final Consumer<byte[]> taker;
    private final Thread thread;

    /** @param descriptor is this object's from now on */
    MessageReceiver(String name, int descriptor, Consumer<byte[]> taker) throws PosixException {
        this.descriptor = descriptor;
        this.closing = Descriptors.event();
        this.taker = taker;
        Descriptors.blocking(descriptor, false);
        this.thread = Thread.ofPlatform().name(name).daemon(true).start(this::run);
    }

    private void run() {
        int[] watched = {descriptor, closing};
        int[] events = {Poll.READABLE, Poll.READABLE};
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LARGEST);
            while (true) {
                int[] happened = Poll.await(watched, events, -1);
                if (happened[0] != 0) {
                    receive(buffer);
                } else if (happened[1] != 0) {
                    // Only now: what had been sent before the end is taken.
                    return;
                }
            }
        } catch (PosixException e) {
            LOG.warn("receiving for {}: {}", thread.getName(), e.getMessage());
        } finally {
            Descriptors.close(descriptor);
        }
    }

    private void receive(MemorySegment buffer) throws PosixException {
        try {
            int length = Descriptors.read(descriptor, buffer);
            taker.accept(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        } catch (PosixException e) {
            // Another process that shares the descriptor may have been faster.
            if (e.errno() != Errno.EAGAIN && e.errno() != Errno.EINTR) {
                throw e;
            }
        }
    }

    /** Datagrams know no limit of conversations. */
    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void close() {
        try {
            Descriptors.signal(closing);
            thread.join();
            Descriptors.close(closing);
        } catch (PosixException e) {
            LOG.warn("closing {}: {}", thread.getName(), e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
