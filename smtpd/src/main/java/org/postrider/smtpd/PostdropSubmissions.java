package org.postrider.smtpd;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.Submissions;

/**
 * Submits as the local user, to pickup's socket: queue records, then one answer with status and queue id. Plain blocking streams
 * on the one thread of a stand-alone session.
 */
record PostdropSubmissions(Path socket) implements Submissions {
    private static final int BUFFER = 16 * 1024;

    @Override
    public Submission begin(int flags) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new Message(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static final class Message implements Submission {
        private final SocketChannel channel;
        private final OutputStream records;
        private final InputStream answers;

        Message(SocketChannel channel) {
            this.channel = channel;
            this.records = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
            this.answers = new BufferedInputStream(Channels.newInputStream(channel));
        }

        /** Not known before the message is complete. */
        @Override
        public String queueId() {
            return "";
        }

        @Override
        public OutputStream records() {
            return records;
        }

        @Override
        public boolean interrupted() {
            return false;
        }

        @Override
        public CleanupStatus finish() throws IOException {
            try (channel) {
                records.flush();
                return CleanupStatus.fromAttributes(Attributes.read(answers));
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException _) {
                // Nothing was submitted, and nothing of it is left.
            }
        }
    }
}
