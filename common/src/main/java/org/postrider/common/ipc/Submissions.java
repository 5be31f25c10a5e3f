package org.postrider.common.ipc;

import java.io.IOException;
import java.io.OutputStream;

/** Where new messages go: cleanup, or for a program without its rights the maildrop. Safe for many threads. */
@FunctionalInterface
public interface Submissions {
    /**
     * Begins one message.
     *
     * @param flags of {@link CleanupClient}
     * @throws IOException when nobody takes it
     */
    Submission begin(int flags) throws IOException;

    /** One message on its way. Used by one thread. */
    interface Submission extends AutoCloseable {
        /** The id the message will have in the log and in the reply; empty when it is not known before the end. */
        String queueId();

        /** Takes queue records; buffered. */
        OutputStream records();

        /** True when the other side does not want the rest or has gone: stop sending, and {@link #finish()}. */
        boolean interrupted();

        /** After the {@code E} record: sends what is buffered and waits for the verdict. */
        CleanupStatus finish() throws IOException;

        /** Breaks off, unless the message is finished. */
        @Override
        void close();
    }
}
