package org.postrider.qmgr;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.ipc.ResolveRequest;
import org.postrider.common.mail.Recipient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out where each recipient goes. What can't be delivered goes to transport error, what can't be delivered now to transport
 * retry, each with status and reason as its nexthop, so that agents log and record all failures in one way. Runs on a virtual
 * thread and blocks while trivial-rewrite is away.
 */
final class RecipientRouter {
    private static final Logger LOG = LoggerFactory.getLogger(RecipientRouter.class);
    private static final int MOST_ATTEMPTS = 10;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Waits; tests do not. */
    interface Pause {
        void pause(Duration time);
    }

    private final Services services;
    private final QmgrSettings settings;
    private final Pause pause;

    RecipientRouter(Services services, QmgrSettings settings, Pause pause) {
        this.services = services;
        this.settings = settings;
        this.pause = pause;
    }

    /**
     * Where they go, and whose mail ends here.
     *
     * @param settled recipients that need no delivery any more and are to be marked done: those replaced by a redirect, and notices
     *        about notices that nobody can receive
     */
    record Routes(List<RoutedRecipient> routed, List<Settled> settled) {}

    /** A recipient that needs no delivery; {@code reason} is logged unless empty. */
    record Settled(Recipient recipient, String reason) {}

    /** @param first true for the first recipients of the message in this attempt */
    Routes route(MessageHead message, List<Recipient> recipients, boolean first) {
        List<RoutedRecipient> routed = new ArrayList<>(recipients.size());
        List<Settled> settled = new ArrayList<>();
        for (Recipient recipient : recipients) {
            if (message.redirect().isEmpty()) {
                guarded(message, recipient, routed, settled);
            } else if (first && routed.isEmpty() && settled.isEmpty()) {
                guarded(message, withAddress(recipient, message.redirect()), routed, settled);
            } else {
                settled.add(new Settled(recipient, ""));
            }
        }
        return new Routes(routed, settled);
    }

    /** A bug in routing defers the recipient; a message that is never routed would wait in active for ever. */
    private void guarded(MessageHead message, Recipient recipient, List<RoutedRecipient> routed,
            List<Settled> settled) {
        try {
            one(message, recipient, routed, settled);
        } catch (RuntimeException e) {
            LOG.error("{}: unexpected failure in routing <{}>", message.id(), recipient.address(), e);
            routed.add(defer(recipient, Trouble.RESOLVER_FAILURE));
        }
    }

    private void one(MessageHead message, Recipient recipient, List<RoutedRecipient> routed, List<Settled> settled) {
        if (recipient.address().startsWith("-") && !settings.allowMinUser()) {
            routed.add(bounce(recipient, Trouble.BAD_ADDRESS));
        } else if (!message.filter().isEmpty()) {
            routed.add(unlessDeferred(message, filtered(message, recipient)));
        } else {
            ResolveAnswer answer = resolve(message, recipient);
            if (isDoubleBounce(answer)) {
                settled.add(new Settled(recipient, "undeliverable postmaster notification discarded"));
            } else {
                routed.add(resolved(message, recipient, answer));
            }
        }
    }

    private RoutedRecipient resolved(MessageHead message, Recipient recipient, ResolveAnswer answer) {
        if (answer.failed()) {
            return defer(recipient, Trouble.RESOLVER_FAILURE);
        }
        if (answer.has(ResolveAnswer.ERROR)) {
            return bounce(recipient, Trouble.BAD_ADDRESS);
        }
        return unlessDeferred(message, new RoutedRecipient(withAddress(recipient, answer.recipient()),
                answer.transport(), answer.nexthop()));
    }

    /** content_filter and FILTER override the transport, not the address. */
    private RoutedRecipient filtered(MessageHead message, Recipient recipient) {
        String filter = message.filter();
        int colon = filter.indexOf(':');
        String transport = colon < 0 ? filter : filter.substring(0, colon);
        String nexthop = colon < 0 ? "" : filter.substring(colon + 1);
        if (nexthop.isEmpty()) {
            nexthop = settings.filterNexthop();
        }
        if (nexthop.isEmpty()) {
            nexthop = recipient.address().substring(recipient.address().lastIndexOf('@') + 1);
        }
        return new RoutedRecipient(recipient, transport, nexthop);
    }

    private RoutedRecipient unlessDeferred(MessageHead message, RoutedRecipient routed) {
        boolean waits = settings.deferTransports().contains(routed.transport()) && !message.flushing()
                && !message.unthrottle();
        return waits ? defer(routed.recipient(), Trouble.TRANSPORT_DEFERRED) : routed;
    }

    private RoutedRecipient defer(Recipient recipient, Trouble trouble) {
        return new RoutedRecipient(recipient, settings.services().retry(), trouble.asNexthop());
    }

    private RoutedRecipient bounce(Recipient recipient, Trouble trouble) {
        return new RoutedRecipient(recipient, settings.services().error(), trouble.asNexthop());
    }

    private boolean isDoubleBounce(ResolveAnswer answer) {
        int at = answer.recipient().lastIndexOf('@');
        String local = at < 0 ? answer.recipient() : answer.recipient().substring(0, at);
        return answer.has(ResolveAnswer.CLASS_LOCAL) && local.equalsIgnoreCase(settings.doubleBounce());
    }

    private static Recipient withAddress(Recipient recipient, String address) {
        return address.equals(recipient.address())
                ? recipient
                : new Recipient(recipient.offset(), address, recipient.original(), recipient.dsnOriginal(),
                        recipient.dsnNotify());
    }

    /** Asks again while trivial-rewrite is being restarted; after that the recipient is deferred. */
    private ResolveAnswer resolve(MessageHead message, Recipient recipient) {
        ResolveRequest request = new ResolveRequest(message.sender(), recipient.address(), message.isProbe());
        for (int attempt = 1;; attempt++) {
            try {
                return services.resolve(request);
            } catch (IOException e) {
                LOG.warn("problem talking to service rewrite: {}", e.getMessage());
                if (attempt == MOST_ATTEMPTS) {
                    return new ResolveAnswer("", "", recipient.address(), ResolveAnswer.FAIL);
                }
                pause.pause(PAUSE);
            }
        }
    }
}
