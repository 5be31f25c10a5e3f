package org.postrider.pickup;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.InstantSource;
import java.util.Optional;
import org.postrider.common.daemon.AuthorizedUsers;
import org.postrider.common.daemon.Service;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.queue.BadRecordException;
import org.postrider.common.queue.RecordReader;
import org.postrider.common.queue.RecordType;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.PeerCredentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Service {@code postdrop}: a local user's command connects, sends one message as queue records, and gets one attribute list:
 * {@code status} (bits of {@link CleanupStatus}), {@code reason}, {@code queue_id}. A command that goes away before the end
 * record has submitted nothing.
 */
final class PostdropService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(PostdropService.class);

    private final PickupSettings settings;
    private final Submission submission;
    private final AuthorizedUsers users;
    private final AllowedSenders senders;
    private final InstantSource clock;

    PostdropService(PickupSettings settings, Submission submission, AuthorizedUsers users,
            AllowedSenders senders, InstantSource clock) {
        this.settings = settings;
        this.submission = submission;
        this.users = users;
        this.senders = senders;
        this.clock = clock;
    }

    @Override
    public void converse(Connection connection) throws IOException {
        connection.timeout(settings.timeout());
        PeerCredentials peer = connection.peer()
                .orElseThrow(() -> new IOException("the kernel does not tell who asks"));
        Optional<String> refusal = users.refusal(peer.uid());
        answer(connection, refusal.isPresent()
                ? refuse(new RecordReader(connection.in()), refusal.get())
                : submit(connection, peer.uid()));
    }

    /** The message is read to its end, as a user who is still writing would not see the answer. */
    private static CleanupStatus refuse(RecordReader in, String reason) throws IOException {
        LOG.warn("{} -- message refused", reason);
        try {
            boolean more = in.next();
            while (more && in.type() != RecordType.END) {
                more = in.next();
            }
        } catch (BadRecordException e) {
            LOG.debug("refused message", e);
        }
        return new CleanupStatus(CleanupStatus.NOT_PERMITTED, reason, "");
    }

    private CleanupStatus submit(Connection connection, int uid) throws IOException {
        Origin origin = new Origin(uid, false, "", clock.instant(), sender -> senders.refusal(uid, sender));
        RecordReader in = new RecordReader(connection.in());
        try {
            return submission.submit(in, origin, false);
        } catch (SenderRefusedException e) {
            return refuse(in, String.valueOf(e.getMessage()));
        } catch (SubmissionException e) {
            if (connection.in().atEnd()) {
                // Broken off, or not to be sent after all: who did it knows.
                LOG.debug("uid={}: {}", uid, e.getMessage());
            } else {
                LOG.warn("uid={}: {} -- message refused", uid, e.getMessage());
            }
            return new CleanupStatus(CleanupStatus.BAD, "5.6.0 " + e.getMessage(), "");
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            LOG.warn("uid={}: message not accepted: {}", uid, e.getMessage());
            return new CleanupStatus(CleanupStatus.WRITE, "4.3.0 mail system is not ready: " + e.getMessage(), "");
        }
    }

    private static void answer(Connection connection, CleanupStatus status) throws IOException {
        Attributes answer = status.toAttributes();
        answer.write(connection.out());
        connection.out().flush();
    }
}
