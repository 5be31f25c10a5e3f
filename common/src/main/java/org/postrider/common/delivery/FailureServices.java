package org.postrider.common.delivery;

import java.io.IOException;
import org.postrider.common.ipc.BounceRequest;

/** The services that remember what happened to recipients; the real ones over their sockets, or fakes in tests. */
public interface FailureServices {
    /** Which of them. */
    enum Log {
        /** Lasting failures, told to the sender at the end. */
        BOUNCE,
        /** What is tried again. */
        DEFER,
        /** Successes and probes that somebody asked to hear of. */
        TRACE,
        /** Results of address probes by the suite itself. */
        VERIFY
    }

    /** Keeps the entry durably; false or an exception when the service could not. */
    boolean append(Log log, BounceRequest request) throws IOException;
}
