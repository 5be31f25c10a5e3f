package org.postrider.common.delivery;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.DsnStatus;
import org.postrider.common.mail.Recipient;
import org.postrider.common.posix.FileWords;
import org.slf4j.Logger;

/**
 * One delivery attempt: the request, the message, and the ledger of its recipients. Every settled recipient is recorded by
 * bounce, defer or trace where that is needed, logged, and marked done in the queue file, in this order, so that a crash between
 * any two of these at worst repeats something and never forgets a recipient.
 *
 * <p>May be used by several threads that serve the request together.
 */
public final class Delivery {
    private static final DsnStatus SERVICE_FAILED = new DsnStatus("4.3.0", "bounce or trace service failure");

    private final DeliveryRequest request;
    private final MessageFile message;
    private final FailureServices services;
    private final DeliveryStatusLog statusLog;
    private final InstantSource clock;
    private final Logger log;
    private final boolean softBounce;
    private final StatusFilter filter;
    private final Set<Recipient> settled = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean someRemain;
    private Optional<DeliveryReport.SiteTrouble> trouble = Optional.empty();

    Delivery(DeliveryRequest request, MessageFile message, AgentParts parts) {
        this.request = request;
        this.message = message;
        this.services = parts.services();
        this.statusLog = new DeliveryStatusLog(parts.delays(), parts.addresses());
        this.clock = parts.clock();
        this.log = parts.log();
        this.softBounce = parts.softBounce();
        this.filter = parts.filter();
    }

    /** What qmgr asked for. */
    public DeliveryRequest request() {
        return request;
    }

    /** The recipients of this attempt. */
    public List<Recipient> recipients() {
        return request.recipients();
    }

    /** The message's content, from its beginning. */
    public MessageContent content() throws IOException {
        return message.content();
    }

    /** True when nothing is to be delivered: find out only whether it could be. */
    public boolean isProbe() {
        return (request.flags()
                & (DeliveryRequest.PROBE | DeliveryRequest.USER_VERIFY | DeliveryRequest.NO_FILE)) != 0;
    }

    /** A reason that concerns the whole destination, for qmgr to slow down. */
    public synchronized void siteTrouble(DsnStatus status) {
        trouble = Optional.of(new DeliveryReport.SiteTrouble(status.code(), status.text()));
    }

    /** Ends the attempt for one recipient, without a network client. */
    public void settle(Recipient recipient, RecipientOutcome outcome) {
        settle(recipient, outcome, ConnectionUse.NONE);
    }

    /** Ends the attempt for one recipient; the first outcome counts. */
    public void settle(Recipient recipient, RecipientOutcome outcome, ConnectionUse use) {
        complete(recipient, () -> record(recipient, outcome, use));
    }

    /**
     * Keeps and logs an outcome without marking anybody done: for an agent that serves one recipient at several addresses.
     *
     * @return true when this address is finished, false when it wants another try, or the file is corrupt and goes aside
     */
    public boolean record(Recipient address, RecipientOutcome found, ConnectionUse use) {
        if (message.isCorrupt() && !(found instanceof RecipientOutcome.Delivered)) {
            return false;
        }
        RecipientOutcome outcome = filter.apply(found);
        if (isProbe()) {
            return recordProbe(address, outcome, use);
        }
        return switch (outcome) {
            case RecipientOutcome.Delivered delivered -> sent(address, delivered, use);
            case RecipientOutcome.Deferred deferred -> defer(address, deferred.diagnosis(), "deferred", use);
            case RecipientOutcome.Bounced bounced -> bounce(address, bounced.diagnosis(), use);
        };
    }

    /** Ends the attempt for one recipient: marks it done when the work says it is finished, else it remains. */
    public void complete(Recipient recipient, BooleanSupplier work) {
        synchronized (this) {
            if (!settled.add(recipient)) {
                return;
            }
        }
        boolean finished = false;
        try {
            finished = work.getAsBoolean();
        } finally {
            if (finished) {
                markDone(recipient);
            } else {
                remain();
            }
        }
    }

    /** The recipients that have no outcome yet. */
    public synchronized List<Recipient> unsettled() {
        List<Recipient> rest = new ArrayList<>();
        for (Recipient recipient : request.recipients()) {
            if (!settled.contains(recipient)) {
                rest.add(recipient);
            }
        }
        return rest;
    }

    synchronized DeliveryReport report() {
        return new DeliveryReport(someRemain, trouble);
    }

    /** Somebody asked to hear of it; the message itself has arrived, so a report that fails is only a warning. */
    private boolean sent(Recipient recipient, RecipientOutcome.Delivered delivered, ConnectionUse use) {
        Diagnosis diagnosis = delivered.diagnosis();
        boolean passedOn = delivered.action().isEmpty();
        boolean wanted = ((recipient.dsnNotify() & Recipient.NOTIFY_SUCCESS) != 0 && !passedOn)
                || request.has(DeliveryRequest.RECORD) || (request.has(DeliveryRequest.RECORD_DELAYED)
                        && (recipient.dsnNotify() == 0 || (recipient.dsnNotify() & Recipient.NOTIFY_DELAY) != 0));
        String action = passedOn ? "relayed" : delivered.action();
        if (wanted && !append(FailureServices.Log.TRACE, entry(recipient, diagnosis, action))) {
            log.warn("{}: delivery record for <{}> was not kept: trace service failure", request.queueId(),
                    recipient.address());
        }
        log(recipient, "sent", diagnosis, use);
        return true;
    }

    private boolean bounce(Recipient recipient, Diagnosis diagnosis, ConnectionUse use) {
        if (softBounce) {
            return defer(recipient, temporary(diagnosis), "SOFTBOUNCE", use);
        }
        if (!append(FailureServices.Log.BOUNCE, entry(recipient, diagnosis, "failed"))) {
            log.warn("{}: status=deferred (bounce failed)", request.queueId());
            return defer(recipient, diagnosis.withStatus(SERVICE_FAILED), "deferred", use);
        }
        trace(recipient, diagnosis, "failed");
        log(recipient, "bounced", diagnosis, use);
        return true;
    }

    private boolean defer(Recipient recipient, Diagnosis diagnosis, String word, ConnectionUse use) {
        boolean kept = append(FailureServices.Log.DEFER, entry(recipient, diagnosis, "delayed"));
        if (kept) {
            trace(recipient, diagnosis, "delayed");
        }
        log(recipient, word, diagnosis, use);
        if (!kept) {
            log.warn("{}: status=deferred (defer failed)", request.queueId());
        }
        return false;
    }

    /** sendmail -v wants to hear of everything. */
    private void trace(Recipient recipient, Diagnosis diagnosis, String action) {
        if (request.has(DeliveryRequest.RECORD)
                && !append(FailureServices.Log.TRACE, entry(recipient, diagnosis, action))) {
            log.warn("{}: delivery record for <{}> was not kept: trace service failure", request.queueId(),
                    recipient.address());
        }
    }

    private boolean recordProbe(Recipient recipient, RecipientOutcome outcome, ConnectionUse use) {
        String word = outcome instanceof RecipientOutcome.Delivered ? "deliverable" : "undeliverable";
        FailureServices.Log where = request.has(DeliveryRequest.USER_VERIFY)
                ? FailureServices.Log.TRACE
                : FailureServices.Log.VERIFY;
        boolean kept = append(where, entry(recipient, outcome.diagnosis(), word));
        log(recipient, word, outcome.diagnosis(), use);
        return kept;
    }

    private static Diagnosis temporary(Diagnosis diagnosis) {
        DsnStatus status = diagnosis.status();
        return diagnosis.withStatus(new DsnStatus("4" + status.code().substring(1), status.text()));
    }

    private boolean append(FailureServices.Log where, BounceRequest entry) {
        try {
            return services.append(where, entry);
        } catch (IOException e) {
            log.warn("{}: {} service failure: {}", request.queueId(), where.name().toLowerCase(Locale.ROOT),
                    FileWords.of(e));
            return false;
        }
    }

    private BounceRequest entry(Recipient recipient, Diagnosis diagnosis, String action) {
        int flags = request.has(DeliveryRequest.MARK_DONE) ? 1 : 0;
        var about = new BounceRequest.Message(flags, request.queueName(), request.queueId(), request.encoding(),
                request.sendOptions(), request.sender(), request.envelopeId(), request.dsnReturn(), "");
        String mtaType = diagnosis.remoteMta().isEmpty() ? "" : "dns";
        var entry = new BounceRequest.Entry(recipient, diagnosis.relay(), diagnosis.status().code(), action,
                diagnosis.diagnosticType(), diagnosis.diagnosticText(), mtaType, diagnosis.remoteMta(),
                diagnosis.status().text());
        return new BounceRequest(BounceRequest.Operation.APPEND, about, Optional.of(entry));
    }

    private void log(Recipient recipient, String word, Diagnosis diagnosis, ConnectionUse use) {
        if (log.isInfoEnabled()) {
            log.info(statusLog.line(request, recipient, word, diagnosis, use, micros(clock.instant())));
        }
    }

    private void markDone(Recipient recipient) {
        boolean allowed = (request.flags() & (DeliveryRequest.MARK_DONE | DeliveryRequest.BOUNCE)) != 0;
        if (!allowed || recipient.offset() < 0) {
            return;
        }
        try {
            message.markDone(recipient.offset());
        } catch (IOException e) {
            // The message may be delivered a second time; forgetting it would be worse.
            log.error("{}: cannot mark <{}> done in queue file {} {}: {}", request.queueId(), recipient.address(),
                    request.queueName(), request.queueId(), FileWords.of(e));
            remain();
        }
    }

    private synchronized void remain() {
        someRemain = true;
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
