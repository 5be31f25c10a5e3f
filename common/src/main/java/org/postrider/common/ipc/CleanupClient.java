package org.postrider.common.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Hands messages to cleanup (cleanup_service_name, {@code public/cleanup}). One message: the client sends the attribute
 * {@code flags}; cleanup answers {@code queue_id}; the client writes queue records (envelope, {@code M}, content, {@code X},
 * extracted, {@code E}); cleanup answers {@link CleanupStatus}. The connection then stands ready for the next message.
 *
 * <p>A client that breaks off before {@code E} cancels the message: cleanup removes what it had.
 */
public final class CleanupClient implements Submissions {
    /** Bounce the message when it is refused, instead of only saying so: for clients that can't pass a refusal on. */
    public static final int BOUNCE = 1;
    /** Apply header_checks and body_checks. */
    public static final int FILTER = 1 << 1;
    /** Put the message on hold. */
    public static final int HOLD = 1 << 2;
    /** Drop the message silently. */
    public static final int DISCARD = 1 << 3;
    /** Add sender_bcc, recipient_bcc and always_bcc recipients. */
    public static final int BCC = 1 << 4;
    /** Expand virtual aliases, canonical maps and masquerading. */
    public static final int MAP = 1 << 5;
    /** Apply milters. */
    public static final int MILTER = 1 << 6;
    /** The sender asked for SMTPUTF8. */
    public static final int SMTPUTF8 = 1 << 7;
    /** Nobody asked, but a message with text that is not ASCII in its envelope or header counts as if the sender had. */
    public static final int DETECT_UTF8 = 1 << 8;
    /** The sender asked for REQUIRETLS (RFC 8689). */
    public static final int REQUIRE_TLS = 1 << 9;
    /**
     * An address probe ({@link DeliveryRequest#PROBE} in its {@code trace_flags}) of one recipient, for which no queue file is made: it
     * is kept in qmgr's memory only.
     */
    public static final int NO_FILE = 1 << 10;
    /** What a message from outside gets. */
    public static final int EXTERNAL = FILTER | BCC | MAP | MILTER;
    /** What a message made by the suite itself gets. */
    public static final int INTERNAL = MAP;

    private final ServiceClient service;

    /** The flags of a new message that goes on with what the sender of another one asked for ({@link DeliveryRequest#sendOptions}). */
    public static int wishes(int sendOptions) {
        return ((sendOptions & DeliveryRequest.SMTPUTF8) != 0 ? SMTPUTF8 : 0)
                | ((sendOptions & DeliveryRequest.REQUIRE_TLS) != 0 ? REQUIRE_TLS : 0);
    }

    public CleanupClient(ServiceClient service) {
        this.service = service;
    }

    @Override
    public Message begin(int flags) throws IOException {
        ServiceClient.Lease lease = service.lease();
        while (true) {
            try {
                OutputStream out = lease.connection().out();
                new Attributes().put("flags", flags).write(out);
                out.flush();
                String queueId = Attributes.read(lease.connection().in()).get("queue_id");
                return new Message(lease, queueId);
            } catch (IOException e) {
                lease.drop();
                if (!lease.reused()) {
                    throw e;
                }
                lease = service.fresh();
            }
        }
    }

    /** One message on its way to cleanup. Used by one thread. */
    public static final class Message implements Submission {
        private final ServiceClient.Lease lease;
        private final String queueId;

        private Message(ServiceClient.Lease lease, String queueId) {
            this.lease = lease;
            this.queueId = queueId;
        }

        /** The id that cleanup gave the message. */
        @Override
        public String queueId() {
            return queueId;
        }

        @Override
        public OutputStream records() {
            return lease.connection().out();
        }

        /** True when cleanup has spoken before the end, as it refuses the rest, or has gone. */
        @Override
        public boolean interrupted() {
            InputStream in = lease.connection().in();
            try {
                return in.available() > 0 || lease.connection().in().atEnd();
            } catch (IOException _) {
                return true;
            }
        }

        @Override
        public CleanupStatus finish() throws IOException {
            try {
                lease.connection().out().flush();
                CleanupStatus status = CleanupStatus.fromAttributes(Attributes.read(lease.connection().in()));
                lease.giveBack();
                return status;
            } finally {
                lease.drop();
            }
        }

        /** Breaks off, unless the message is finished: cleanup forgets it. */
        @Override
        public void close() {
            lease.drop();
        }
    }
}
