package org.postrider.rewrite;

import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.ipc.ResolveRequest;
import org.postrider.common.lookup.MatchOutcome;
import org.postrider.common.lookup.Tables;
import org.postrider.common.mail.Address;

/**
 * Says where mail for an address goes. Local domains are taken off again and again as long as what remains is an address itself
 * ({@code user%other@here} means {@code user@other}); the domain that is left decides the class, the class and the tables decide
 * the route. Immutable; lookups may block.
 */
final class AddressResolver {
    /** A longer chain of local domains is an attack, not an address. */
    private static final int MOST_TURNS = 100;

    private final AddressRewriter rewriter;
    private final LocalDomains localDomains;
    private final AddressClasses classes;
    private final Routes routes;
    private final RewriteSettings.Resolving settings;
    private final RewriteSettings.Form form;

    /** What the resolvers of a service share. */
    record Parts(AddressRewriter rewriter, LocalDomains localDomains, AddressClasses classes) {}

    AddressResolver(RewriteSettings settings, RewriteSettings.Routing routing, Parts parts, Tables tables) {
        this.rewriter = parts.rewriter();
        this.localDomains = parts.localDomains();
        this.classes = parts.classes();
        this.routes = new Routes(routing, settings, tables, localDomains);
        this.settings = settings.resolving();
        this.form = settings.form();
    }

    /** Where the search for a domain ended: the address in internal form, and whether its domain is ours. */
    private record Reduced(String local, String domain, boolean isLocal, boolean failed) {
        String address() {
            return local + '@' + domain;
        }
    }

    ResolveAnswer resolve(ResolveRequest request) {
        Reduced reduced = reduce(request.address());
        if (reduced.failed) {
            return new ResolveAnswer("", "", reduced.address(), ResolveAnswer.FAIL);
        }
        int problems = isBadLocal(reduced.local) ? ResolveAnswer.ERROR : 0;
        if (mayBeRouted(reduced.local)) {
            problems |= ResolveAnswer.ROUTED;
        }
        // What begins like a source route (RFC 5321 appendix C) and is none.
        if (reduced.local.isEmpty() && reduced.domain.indexOf(':') >= 0) {
            return noAddress(reduced);
        }
        if (reduced.isLocal) {
            classes.warnIfListed(reduced.domain);
            return route(request.sender(), reduced, ResolveAnswer.CLASS_LOCAL | problems);
        }
        if (!DomainSyntax.isValid(reduced.domain, settings.utf8())) {
            return noAddress(reduced);
        }
        AddressClasses.Membership membership = classes.of(reduced.domain);
        if (membership.failed()) {
            return new ResolveAnswer("", "", reduced.address(), ResolveAnswer.FAIL);
        }
        if (membership.flag() != ResolveAnswer.CLASS_DEFAULT) {
            classes.warnIfListedTwice(reduced.domain, membership.flag());
        }
        return route(request.sender(), reduced, membership.flag() | problems);
    }

    private static ResolveAnswer noAddress(Reduced reduced) {
        return new ResolveAnswer("error", "5.1.3 bad address syntax", reduced.address(),
                ResolveAnswer.CLASS_DEFAULT | ResolveAnswer.ERROR);
    }

    private ResolveAnswer route(String sender, Reduced reduced, int flags) {
        int classFlag = flags & (ResolveAnswer.CLASS_LOCAL | ResolveAnswer.CLASS_ALIAS | ResolveAnswer.CLASS_VIRTUAL
                | ResolveAnswer.CLASS_RELAY | ResolveAnswer.CLASS_DEFAULT);
        String recipient = reduced.address();
        try {
            Destination route = routes.byClass(classFlag, sender, reduced.domain);
            if (classFlag != ResolveAnswer.CLASS_ALIAS) {
                route = routes.byTransportMaps(route, recipient, reduced.domain);
            }
            route = routes.byRelocatedMaps(route, recipient);
            return new ResolveAnswer(route.transport(), route.nexthop(), recipient, flags);
        } catch (Routes.LookupFailure _) {
            return new ResolveAnswer("", "", recipient, flags | ResolveAnswer.FAIL);
        }
    }

    private boolean isBadLocal(String local) {
        return local.startsWith("-") && !settings.allowMinus();
    }

    /** Takes local domains off the address until one that is not ours, or no further address, is left. */
    private Reduced reduce(String given) {
        Address address = completed(Address.of(given));
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            String written = withoutDot(address.domain());
            if (written.isEmpty() && (mayGoOn(address.local()) || settings.nullDomainIsLocal())) {
                address = completed(Address.of(address.local()));
                continue;
            }
            String domain = numbered(written);
            boolean none = domain.isEmpty() || domain.equals(".");
            MatchOutcome outcome = none ? MatchOutcome.NO_MATCH : localDomains.match(domain);
            if (outcome != MatchOutcome.MATCH) {
                return new Reduced(domain.isEmpty() ? named(address.local()) : address.local(), domain, false,
                        outcome == MatchOutcome.UNAVAILABLE);
            }
            if (!mayGoOn(address.local()) || !domain.equals(written)) {
                return new Reduced(named(address.local()), domain, true, false);
            }
            address = completed(Address.of(address.local()));
        }
        return new Reduced(address.local(), "", false, false);
    }

    /** An address with a domain: one without gets it from its operators or from our origin. */
    private Address completed(Address address) {
        if (address.isNull()) {
            return Address.of(rewriter.rewriteInternal(settings.emptyRecipient()));
        }
        return address.hasDomain() ? address : Address.of(rewriter.rewriteInternal(address.local()));
    }

    /** True when what stands before a local domain is an address in its own right. */
    private boolean mayGoOn(String local) {
        return hasOperator(local) && (settings.dequotes() || Address.quoteLocal(local).equals(local));
    }

    /** True for what may be an address to somebody else's mind, whatever it is to ours: nobody is to relay by it. */
    private static boolean mayBeRouted(String local) {
        return local.chars().anyMatch(c -> c == '@' || c == '%' || c == '!');
    }

    private boolean hasOperator(String local) {
        return local.indexOf('@') >= 0 || (form.percentHack() && local.indexOf('%') >= 0)
                || (form.swapBangpath() && local.indexOf('!') >= 0);
    }

    private String named(String local) {
        return local.isEmpty() ? Address.of(settings.emptyRecipient()).local() : local;
    }

    private String numbered(String domain) {
        return settings.numericDomains() && DomainSyntax.isNumeric(domain) ? '[' + domain + ']' : domain;
    }

    private static String withoutDot(String domain) {
        boolean drop = domain.length() > 1 && domain.endsWith(".") && !domain.endsWith("..");
        return drop ? domain.substring(0, domain.length() - 1) : domain;
    }
}
