package org.postrider.qmgr;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.ipc.ResolveRequest;
import org.postrider.common.ipc.RewriteClient;
import org.postrider.common.mail.Recipient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out where each recipient goes. What can't be delivered goes to transport error, what can't be delivered now to transport
 * retry, each with status and reason as its nexthop, so that agents log and record all failures in one way. Runs on a virtual
 * thread and blocks while trivial-rewrite is away; many recipients are shared among several such threads, so that their number alone
 * makes nobody wait.
 */
final class RecipientRouter {
    private static final Logger LOG = LoggerFactory.getLogger(RecipientRouter.class);
    /** As many recipients as one thread takes care of before another is worth its start. */
    private static final int SHARE = 50;
    /** As many threads as help all messages together. */
    private static final int MOST_HELPERS = 24;
    /** As many as help one message. */
    private static final int MOST_FOR_ONE = 8;

    private final PatientResolver resolver;
    private final QmgrSettings settings;
    private final ThreadMaker threads;
    private final Semaphore helpers = new Semaphore(MOST_HELPERS);

    RecipientRouter(PatientResolver resolver, QmgrSettings settings, ThreadMaker threads) {
        this.resolver = resolver;
        this.settings = settings;
        this.threads = threads;
    }

    /**
     * Where they go, and whose mail ends here.
     *
     * @param settled recipients that need no delivery any more and are to be marked done: those replaced by a redirect, and notices
     *        about notices that nobody can receive
     */
    record Routes(List<RoutedRecipient> routed, List<Settled> settled) {
        private static Routes none(int expected) {
            return new Routes(new ArrayList<>(expected), new ArrayList<>(0));
        }

        private static Routes joined(List<Routes> parts) {
            Routes all = none(parts.stream().mapToInt(part -> part.routed.size()).sum());
            for (Routes part : parts) {
                all.routed.addAll(part.routed);
                all.settled.addAll(part.settled);
            }
            return all;
        }

        private boolean isEmpty() {
            return routed.isEmpty() && settled.isEmpty();
        }
    }

    /** A recipient that needs no delivery; {@code reason} is logged unless empty. */
    record Settled(Recipient recipient, String reason) {}

    /** @param first true for the first recipients of the message in this attempt */
    Routes route(MessageHead message, List<Recipient> recipients, boolean first) {
        if (message.forcedExpiry()) {
            return deferAll(recipients, Trouble.EXPIRED_BY_HAND);
        }
        return message.redirect().isEmpty()
                ? shared(message, recipients)
                : redirected(message, recipients, first);
    }

    /** All of them to transport retry. */
    Routes deferAll(List<Recipient> recipients, Trouble trouble) {
        Routes routes = Routes.none(recipients.size());
        for (Recipient recipient : recipients) {
            routes.routed().add(defer(recipient, trouble));
        }
        return routes;
    }

    private Routes redirected(MessageHead message, List<Recipient> recipients, boolean first) {
        Routes routes = Routes.none(1);
        for (Recipient recipient : recipients) {
            if (first && routes.isEmpty()) {
                guarded(message, List.of(withAddress(recipient, message.redirect())), routes);
            } else {
                routes.settled().add(new Settled(recipient, ""));
            }
        }
        return routes;
    }

    private Routes shared(MessageHead message, List<Recipient> recipients) {
        if (recipients.size() <= SHARE) {
            Routes routes = Routes.none(recipients.size());
            all(message, recipients, routes);
            return routes;
        }
        List<Routes> shares = new ArrayList<>();
        Semaphore done = new Semaphore(0);
        int size = Math.max(SHARE, (recipients.size() + MOST_FOR_ONE - 1) / MOST_FOR_ONE);
        int from = 0;
        // The last share is this thread's, and all for which there are no helpers.
        for (; recipients.size() - from > size && helpers.tryAcquire(); from += size) {
            List<Recipient> share = recipients.subList(from, from + size);
            Routes routes = Routes.none(size);
            shares.add(routes);
            threads.thread("resolver", () -> {
                try {
                    all(message, share, routes);
                } finally {
                    helpers.release();
                    done.release();
                }
            }).start();
        }
        Routes routes = Routes.none(recipients.size() - from);
        all(message, recipients.subList(from, recipients.size()), routes);
        done.acquireUninterruptibly(shares.size());
        shares.add(routes);
        return Routes.joined(shares);
    }

    private void all(MessageHead message, List<Recipient> recipients, Routes routes) {
        for (int from = 0; from < recipients.size(); from += RewriteClient.MOST_AT_ONCE) {
            int to = Math.min(recipients.size(), from + RewriteClient.MOST_AT_ONCE);
            guarded(message, recipients.subList(from, to), routes);
        }
    }

    /** A bug in routing defers the recipient that meets it; a message that is never routed would wait in active for ever. */
    private void guarded(MessageHead message, List<Recipient> recipients, Routes routes) {
        try {
            Routes found = some(message, recipients);
            routes.routed().addAll(found.routed());
            routes.settled().addAll(found.settled());
        } catch (RuntimeException e) {
            if (recipients.size() > 1) {
                recipients.forEach(recipient -> guarded(message, List.of(recipient), routes));
            } else {
                LOG.error("{}: unexpected failure in routing <{}>", message.id(), recipients.getFirst().address(), e);
                routes.routed().addAll(deferAll(recipients, Trouble.RESOLVER_FAILURE).routed());
            }
        }
    }

    private Routes some(MessageHead message, List<Recipient> recipients) {
        Routes routes = Routes.none(recipients.size());
        Iterator<Optional<ResolveAnswer>> answers = resolver
                .resolve(recipients.stream().filter(recipient -> needsAnswer(message, recipient))
                        .map(recipient -> new ResolveRequest(message.sender(), recipient.address(), message.isProbe()))
                        .toList())
                .iterator();
        for (Recipient recipient : recipients) {
            if (isBad(recipient)) {
                routes.routed().add(bounce(recipient, Trouble.BAD_ADDRESS));
            } else if (needsAnswer(message, recipient)) {
                answered(message, recipient, answers.next(), routes);
            } else {
                routes.routed().add(unlessDeferred(message, filtered(message, recipient)));
            }
        }
        return routes;
    }

    private boolean isBad(Recipient recipient) {
        return recipient.address().startsWith("-") && !settings.allowMinUser();
    }

    private boolean needsAnswer(MessageHead message, Recipient recipient) {
        return !message.isFiltered() && !isBad(recipient);
    }

    private void answered(MessageHead message, Recipient recipient, Optional<ResolveAnswer> answer, Routes routes) {
        if (!message.isProbe() && answer.filter(this::isDoubleBounce).isPresent()) {
            routes.settled().add(new Settled(recipient, "undeliverable postmaster notification discarded"));
        } else {
            routes.routed().add(answer.map(found -> resolved(message, recipient, found))
                    .orElseGet(() -> defer(recipient, Trouble.RESOLVER_FAILURE)));
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
}
