package org.postrider.smtp;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.common.delivery.ConnectionUse;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.Diagnosis;
import org.postrider.common.delivery.RecipientOutcome;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.DsnStatus;
import org.postrider.common.mail.Recipient;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One delivery request from its destinations to its recipients' outcomes: destinations in order, then the fallback relays; the
 * hosts of each in order; a recipient that failed for now is tried at the next host. What can't be delivered at the last
 * host keeps the last failure.
 */
final class DeliveryAttempt {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryAttempt.class);

    /** A failure that stands unless a later host does better. */
    private record Pending(FailurePolicy.Judgement judgement, ConnectionUse use, boolean logged) {}

    private final SmtpParts parts;
    private final ClientSettings settings;
    private final Delivery delivery;
    private final DeliveryRequest request;
    private final IdentityHashMap<Recipient, Pending> pending = new IdentityHashMap<>();

    DeliveryAttempt(SmtpParts parts, Delivery delivery) {
        this.parts = parts;
        this.settings = parts.settings();
        this.delivery = delivery;
        this.request = delivery.request();
    }

    void run() {
        List<Nexthop> destinations = new ArrayList<>(Nexthop.list(request.nexthop(), settings.protocol()));
        int own = destinations.size();
        destinations.addAll(settings.fallback());
        for (int i = 0; i < destinations.size() && !delivery.unsettled().isEmpty(); i++) {
            boolean fallbackAllowed = destination(destinations.get(i), i + 1 < destinations.size());
            if (i + 1 == own && !fallbackAllowed) {
                break;
            }
        }
        settlePending();
    }

    /** False when the fallback relays must not be used. */
    private boolean destination(Nexthop destination, boolean more) {
        TlsDemand demand;
        RequireTls asked;
        try {
            demand = parts.tls().demand(destination);
            asked = parts.requireTls().level(request, destination);
        } catch (TroubleException forbidden) {
            suspend(forbidden.trouble(), ConnectionUse.NONE);
            return true;
        }
        if (asked == RequireTls.OPPORTUNISTIC && sessionsAllowed(destination, DeliveryRequest.CONNECTION_LOAD)) {
            reuse(destination);
        }
        if (delivery.unsettled().isEmpty()) {
            return true;
        }
        return switch (parts.finder().find(destination)) {
            case HostFinder.Found.Nothing(Trouble trouble) -> {
                if (more) {
                    suspend(trouble, now());
                } else {
                    fail(trouble, now());
                }
                yield true;
            }
            case HostFinder.Found.Places(List<Candidate> candidates, boolean selfListed) -> {
                hosts(destination, candidates, demand, asked);
                yield !selfListed;
            }
        };
    }

    private void hosts(Nexthop destination, List<Candidate> candidates, TlsDemand demand, RequireTls asked) {
        int sessions = 0;
        for (Candidate candidate : candidates) {
            if (delivery.unsettled().isEmpty()
                    || (settings.sessionLimit() > 0 && sessions == settings.sessionLimit())) {
                return;
            }
            if (host(destination, candidate, demand, asked)) {
                sessions++;
            }
        }
    }

    /** Kept sessions first; one that turns out to be dead counts for nothing. */
    private void reuse(Nexthop destination) {
        Optional<SmtpSession> kept = parts.pool().take(key(destination));
        while (kept.isPresent() && !delivery.unsettled().isEmpty()) {
            if (transact(destination, kept.get(), true)) {
                return;
            }
            kept = parts.pool().take(key(destination));
        }
    }

    /** True when a session with this host was had. */
    private boolean host(Nexthop destination, Candidate candidate, TlsDemand demand, RequireTls asked) {
        logPending();
        Preparation wanted;
        try {
            wanted = parts.preparation(destination, candidate, demand, asked, request.sender());
        } catch (TroubleException failure) {
            fail(failure.trouble(), now());
            return false;
        }
        if (sessionsAllowed(destination, DeliveryRequest.CONNECTION_LOAD)) {
            Optional<SmtpSession> kept = parts.pool().takeFor(candidate.peer(), wanted);
            if (kept.isPresent() && transact(destination, kept.get(), true)) {
                return true;
            }
        }
        return session(destination, candidate, wanted);
    }

    private boolean session(Nexthop destination, Candidate candidate, Preparation wanted) {
        SmtpSession session;
        try {
            session = parts.connector().connect(candidate, destination);
        } catch (TroubleException failure) {
            fail(failure.trouble(), now());
            return false;
        }
        try {
            session.begin(request, queued(), candidate, wanted);
        } catch (TroubleException failure) {
            SessionPool.end(session);
            fail(seen(failure.trouble(), wanted), now());
            if (failure.trouble() instanceof Trouble.TlsFailed && wanted.demand().level() == TlsLevel.MAY) {
                // What can't be encrypted goes in the clear, where that will do.
                logPending();
                return session(destination, candidate, wanted.inTheClear());
            }
            return true;
        }
        return transact(destination, session, false);
    }

    /** How long the message has been waiting. */
    private Duration queued() {
        return Duration.between(Instant.EPOCH.plus(request.times().arrived(), ChronoUnit.MICROS),
                parts.clock().instant());
    }

    /** Where the message itself asks for protection, want of it is its own failure, and no reason to keep away from the host. */
    private static Trouble seen(Trouble trouble, Preparation wanted) {
        boolean unmet = switch (trouble) {
            case Trouble.TlsNotOffered _,Trouble.TlsFailed _,Trouble.Unproved _ -> true;
            case Trouble.TlsRefused(_, Reply reply) -> reply.isPermanent();
            default -> false;
        };
        return unmet && wanted.demand().requirement().isMandatory() ? new Trouble.RequireTlsUnmet(trouble) : trouble;
    }

    /** False when a kept session had died: nothing has happened then. */
    private boolean transact(Nexthop destination, SmtpSession session, boolean kept) {
        logPending();
        List<Recipient> recipients = delivery.unsettled();
        ConnectionUse use = new ConnectionUse(now().connected(), session.messages(), "");
        Transaction transaction = new Transaction(session, delivery, recipients, parts.content());
        IdentityHashMap<Recipient, Transaction.Result> results = transaction.run();
        if (kept && !session.usable() && !transaction.answered()) {
            SessionPool.end(session);
            return false;
        }
        for (Recipient recipient : recipients) {
            Transaction.Result result = results.get(recipient);
            switch (result) {
                case Transaction.Result.Accepted(Reply reply) -> accepted(recipient, reply, session, use);
                case Transaction.Result.Failed(Trouble trouble) -> fail(recipient, trouble, use);
                case null -> fail(recipient, new Trouble.Lost(session.peer(), "sending RCPT TO"), use);
            }
        }
        if (session.usable() && session.mayBeKept() && sessionsAllowed(destination, DeliveryRequest.CONNECTION_STORE)) {
            parts.pool().give(key(destination), session);
        } else {
            SessionPool.end(session);
        }
        return true;
    }

    private boolean sessionsAllowed(Nexthop destination, int flag) {
        return !parts.sasl().senderDependent() && ((settings.reuse().onDemand() && request.has(flag))
                || settings.reuse().destinations().contains(key(destination)));
    }

    private static String key(Nexthop destination) {
        return destination.text().toLowerCase(Locale.ROOT);
    }

    private void accepted(Recipient recipient, Reply reply, SmtpSession session, ConnectionUse use) {
        Peer peer = session.peer();
        String words = Words.oneLine(reply);
        Diagnosis diagnosis = new Diagnosis(
                new DsnStatus(FailurePolicy.acceptedStatus(reply), words), peer.relay(), peer.host(),
                "smtp", words);
        pending.remove(recipient);
        delivery.settle(recipient, new RecipientOutcome.Delivered(diagnosis, parts.action(session.capabilities())),
                use);
    }

    private void fail(Trouble trouble, ConnectionUse use) {
        for (Recipient recipient : delivery.unsettled()) {
            fail(recipient, trouble, use);
        }
    }

    private void fail(Recipient recipient, Trouble trouble, ConnectionUse use) {
        FailurePolicy.Judgement judgement = parts.policy().judge(trouble);
        if (judgement.lasting()) {
            pending.remove(recipient);
            refuse(recipient, judgement, use);
        } else if (!judgement.afterAll() || !mayPass(pending.get(recipient))) {
            pending.put(recipient, new Pending(judgement, use, trouble instanceof Trouble.NotConnected));
        }
    }

    /** The recipient gets nothing from here, unless mail that loops is for somebody else. */
    private void refuse(Recipient recipient, FailurePolicy.Judgement judgement, ConnectionUse use) {
        if (judgement.loops() && !settings.bestMxTransport().isEmpty()) {
            delivery.complete(recipient, () -> handOver(recipient));
        } else {
            delivery.settle(recipient, new RecipientOutcome.Bounced(judgement.diagnosis()), use);
        }
    }

    /** {@code best_mx_transport}: the other agent logs, and records what fails; true when it has finished with the recipient. */
    private boolean handOver(Recipient recipient) {
        DeliveryRequest handed = request.handedTo(settings.bestMxTransport(), request.nexthop(), request.sender(),
                recipient);
        try {
            return !parts.handOff().deliver(handed).someRemain();
        } catch (IOException e) {
            LOG.warn("{}: transport {} failure: {}", request.queueId(), handed.transport(),
                    String.valueOf(e.getMessage()));
            return delivery.record(recipient, new RecipientOutcome.Deferred(
                    Diagnosis.of("4.3.0", "mail transport unavailable", FailurePolicy.NO_RELAY)), now());
        }
    }

    /** A host that was not reached may still be the one that can do what is asked for. */
    private static boolean mayPass(@Nullable Pending earlier) {
        return earlier != null && !earlier.judgement().lasting() && !earlier.judgement().afterAll();
    }

    /** Even a lasting failure waits while there is another destination. */
    private void suspend(Trouble trouble, ConnectionUse use) {
        FailurePolicy.Judgement judgement = parts.policy().judge(trouble);
        for (Recipient recipient : delivery.unsettled()) {
            pending.put(recipient, new Pending(judgement, use, false));
        }
    }

    /** Before the next host is tried, the log says why the last one was not the end. */
    private void logPending() {
        Set<String> said = new HashSet<>();
        pending.replaceAll((_, one) -> {
            String text = one.judgement().diagnosis().status().text();
            if (!one.logged() && said.add(text)) {
                LOG.info("{}: {}", request.queueId(), text);
            }
            return new Pending(one.judgement(), one.use(), true);
        });
    }

    private void settlePending() {
        for (Recipient recipient : delivery.unsettled()) {
            Pending last = pending.get(recipient);
            if (last == null) {
                continue;
            }
            FailurePolicy.Judgement judgement = last.judgement();
            if (judgement.lasting() || judgement.afterAll()) {
                refuse(recipient, judgement, last.use());
            } else {
                delivery.settle(recipient, new RecipientOutcome.Deferred(judgement.diagnosis()), last.use());
            }
            if (judgement.site() && !judgement.lasting()) {
                delivery.siteTrouble(judgement.diagnosis().status());
            }
        }
    }

    /** For the log: the connection's part of the delay ends now. */
    private ConnectionUse now() {
        Instant instant = parts.clock().instant();
        return new ConnectionUse(ChronoUnit.MICROS.between(Instant.EPOCH, instant), 0, "");
    }
}
