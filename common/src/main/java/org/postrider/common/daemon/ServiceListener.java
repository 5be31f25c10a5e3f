package org.postrider.common.daemon;

import org.postrider.common.wire.Listener;

/** A descriptor that brings a service its clients. */
interface ServiceListener extends AutoCloseable {
    /** Takes no more for the moment; what comes waits in the kernel. */
    void pause();

    /** Takes again. */
    void resume();

    /** Closes this process's copy of the descriptor. */
    @Override
    void close();

    /** The face of a stream listener. */
    static ServiceListener of(Listener listener) {
        return new ServiceListener() {
            @Override
            public void pause() {
                listener.pause();
            }

            @Override
            public void resume() {
                listener.resume();
            }

            @Override
            public void close() {
                listener.close();
            }
        };
    }
}
