package org.postrider.smtpd;

import java.io.IOException;
import java.io.OutputStream;
import org.postrider.common.ipc.CleanupStatus;

/** Where accepted messages go: cleanup, or for a stand-alone session the maildrop. Safe for many threads. */
@FunctionalInterface
interface Submissions {
    /** Begins one message; flags as of {@link org.postrider.common.ipc.CleanupClient}. */
    Submission begin(int flags) throws IOException;

    /** One message on its way. */
    interface Submission extends AutoCloseable {
        /** The id the message will have in the log and in the reply. */
        String queueId();

        /** Takes queue records; buffered. */
        OutputStream records();

        /** True when the other side does not want the rest: stop, and {@link #finish()}. */
        boolean interrupted();

        /** Sends what is buffered and waits for the verdict. */
        CleanupStatus finish() throws IOException;

        /** Breaks off, unless the message is finished. */
        @Override
        void close();
    }
}
