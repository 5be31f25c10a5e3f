package org.postrider.smtpd;

import java.io.IOException;
import java.io.OutputStream;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;

/** Hands messages to cleanup's socket. */
record CleanupSubmissions(CleanupClient cleanup) implements Submissions {
    @Override
    public Submission begin(int flags) throws IOException {
        CleanupClient.Message message = cleanup.begin(flags);
        return new Submission() {
            @Override
            public String queueId() {
                return message.queueId();
            }

            @Override
            public OutputStream records() {
                return message.records();
            }

            @Override
            public boolean interrupted() {
                return message.interrupted();
            }

            @Override
            public CleanupStatus finish() throws IOException {
                return message.finish();
            }

            @Override
            public void close() {
                message.close();
            }
        };
    }
}
