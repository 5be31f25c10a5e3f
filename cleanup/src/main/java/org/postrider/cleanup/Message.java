package org.postrider.cleanup;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.ipc.RewriteRequest;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.MessageSize;
import org.postrider.common.queue.NewQueueFile;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.RecordType;
import org.postrider.common.queue.RecordWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is known about the message that a conversation is taking in. One thread; one object per message. */
final class Message {
    private static final Logger log = LoggerFactory.getLogger(Message.class);

    /** More recipients than these are not named in a letter of refusal. */
    private static final int MOST_ACCEPTED = 1000;

    /** None for an address probe without a queue file. */
    private final @Nullable NewQueueFile file;
    private final RecordWriter records;
    private final String id;
    private final Instant created;
    private final CleanupSettings settings;
    private final Map<String, String> attributes = new HashMap<>();
    private final List<Recipient> accepted = new ArrayList<>();
    private int flags;
    private int failure;
    private String reason = "";

    /** When the message arrived. */
    Instant arrived;
    /** Envelope sender after rewriting, internal form. */
    String sender = "";
    /** The latest recipient, for the log. */
    String recipient = "";
    /** Of the sender's account; for a From header. */
    String fullName = "";
    /** {@code transport:nexthop} from header_checks or smtpd; empty for none. */
    String filter = "";
    /** Where the message goes instead; empty for none. */
    String redirect = "";
    /** {@code 7bit} or {@code 8bit} as the client says; empty for unknown. */
    String encoding = "";
    /** {@code 7bit} or {@code 8bit} as the header says; empty when it does not. */
    String headerEncoding = "";
    /** As it stands in the header; empty for none. */
    String messageId = "";
    /** BCC recipients of header_checks and body_checks. */
    final List<String> copies = new ArrayList<>();
    /** Offset of the first content record; 0 before the content. */
    long dataOffset;
    /** Offset of the EXTRACTED record. */
    long extractedOffset;
    int recipientCount;
    /** The NOTIFY bits that any recipient asked for. */
    int notifyBits;
    /** Recipients that became several, whose senders want to hear of success. */
    final List<Recipient> expanded = new ArrayList<>();
    boolean headerHasUtf8;
    /** {@code TLS-Required: no} stands in the header. */
    boolean tlsNotRequired;
    private boolean recipientHasUtf8;
    /** An address probe that was answered here and may have no recipients left. */
    boolean probeAnswered;

    Message(NewQueueFile file, int flags, CleanupSettings settings) {
        this(file, file.records(), file.id(), file.created(), flags, settings);
    }

    /** An address probe, whose records nobody will read. */
    Message(QueueId id, Instant created, int flags, CleanupSettings settings) {
        this(null, new RecordWriter(OutputStream.nullOutputStream()), id, created, flags, settings);
    }

    private Message(@Nullable NewQueueFile file, RecordWriter records, QueueId id, Instant created, int flags,
            CleanupSettings settings) {
        this.file = file;
        this.records = records;
        this.id = id.text();
        this.created = created;
        this.flags = flags;
        this.settings = settings;
        this.arrived = created;
    }

    /** The time in the id. */
    Instant created() {
        return created;
    }

    /** Queue id. */
    String id() {
        return id;
    }

    RecordWriter records() {
        return records;
    }

    void write(RecordType type, String text) throws IOException {
        records.write(type, text);
    }

    /** Keeps an attribute that log lines or rewriting need. */
    void remember(String name, String value) {
        attributes.put(name, value);
    }

    String attribute(String name) {
        return attributes.getOrDefault(name, "");
    }

    /** The reports that were asked for, see {@link DeliveryRequest}. */
    int traceFlags() {
        try {
            return Integer.parseInt(attributes.getOrDefault("trace_flags", "0"));
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    /** Nothing is to be delivered: find out only whether it could be. */
    boolean isProbe() {
        return (traceFlags() & (DeliveryRequest.PROBE | DeliveryRequest.USER_VERIFY)) != 0;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    void add(int more) {
        flags |= more;
    }

    void drop(int less) {
        flags &= ~less;
    }

    /** True when the rest of the message is of no interest: it was refused or is to be discarded. */
    boolean isSettled() {
        return failure != 0 || has(CleanupClient.DISCARD);
    }

    boolean failed() {
        return failure != 0;
    }

    /** The message is refused; the first reason counts. */
    void fail(int bit, String why) {
        failure |= bit;
        if (reason.isEmpty()) {
            reason = why;
        }
    }

    /** The client broke the protocol. */
    void failProtocol(String what) {
        if (!failed()) {
            log.warn("{}: {}", id, what);
        }
        fail(CleanupStatus.BAD, "");
    }

    /** The refusal was told to the sender by letter: for the client the message is taken. */
    void forgive() {
        failure = 0;
        reason = "";
    }

    /** Keeps a recipient for a letter of refusal, where the client wants one, or for a probe. */
    void accept(Recipient one) {
        if ((has(CleanupClient.BOUNCE) || has(CleanupClient.NO_FILE)) && accepted.size() < MOST_ACCEPTED) {
            accepted.add(one);
        }
        recipientCount++;
        recipientHasUtf8 |= one.address().chars().anyMatch(c -> c > 0x7f);
    }

    /** The first recipients, for a letter of refusal or a probe. */
    List<Recipient> accepted() {
        return accepted;
    }

    /** Writes the size record with zeros; it stands first. */
    void beginWithSize() throws IOException {
        write(RecordType.SIZE, MessageSize.UNKNOWN.format());
    }

    /** Fills the size record. */
    void writeSize() throws IOException {
        if (file != null) {
            file.patchSize(size());
        }
    }

    /** What the size record says, of a message that was read to its end. */
    MessageSize size() {
        long contentSize = extractedOffset - dataOffset;
        return new MessageSize(contentSize, dataOffset, recipientCount, notifyBits << 1, contentSize, sendOptions());
    }

    /** What delivery agents must know, formats.md 1.3. Who asks for TLS has not said that it is not required (RFC 8689 section 4.1). */
    private int sendOptions() {
        int tls = has(CleanupClient.REQUIRE_TLS)
                ? DeliveryRequest.REQUIRE_TLS
                : tlsNotRequired ? DeliveryRequest.TLS_NOT_REQUIRED : 0;
        return tls | textOptions();
    }

    /** Of text that is not ASCII: 1 SMTPUTF8 was asked for, 2 in the header, 4 in the sender. */
    private int textOptions() {
        boolean senderHasUtf8 = sender.chars().anyMatch(c -> c > 0x7f);
        boolean detected = has(CleanupClient.DETECT_UTF8) && (headerHasUtf8 || senderHasUtf8 || recipientHasUtf8);
        if (!detected && !has(CleanupClient.SMTPUTF8)) {
            return 0;
        }
        return 1 | (headerHasUtf8 ? 2 : 0) | (senderHasUtf8 ? 4 : 0);
    }

    CleanupStatus status() {
        return new CleanupStatus(failure, reason, id);
    }

    /** An address as it stands in the log. */
    String shown(String address) {
        return settings.addresses().show(address);
    }

    /** The rule by which header addresses are rewritten; empty when they are left alone. */
    String headerContext() {
        if (!attribute("rewrite_context").equals(RewriteRequest.REMOTE)) {
            return RewriteRequest.LOCAL;
        }
        return settings.remoteRewriting() ? RewriteRequest.REMOTE : "";
    }

    /** {@code from ORIGIN; from=<> to=<> proto= helo=}, as log lines about content have it. */
    String describeOrigin() {
        return describeEnvelope() + describeProtocol();
    }

    private String describeProtocol() {
        StringBuilder text = new StringBuilder();
        if (!attribute("log_protocol_name").isEmpty()) {
            text.append(" proto=").append(attribute("log_protocol_name"));
        }
        if (!attribute("log_helo_name").isEmpty()) {
            text.append(" helo=<").append(attribute("log_helo_name")).append('>');
        }
        return text.toString();
    }

    /** {@code from ORIGIN; from=<> to=<>}. */
    String describeEnvelope() {
        StringBuilder text = new StringBuilder("from ");
        String origin = attribute("log_message_origin");
        text.append(origin.isEmpty() ? "local" : origin).append("; from=<").append(shown(sender)).append('>');
        if (!recipient.isEmpty()) {
            text.append(" to=<").append(shown(recipient)).append('>');
        }
        return text.toString();
    }
}
