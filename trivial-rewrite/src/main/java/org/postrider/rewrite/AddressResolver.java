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
        if (hasOperator(reduced.local)) {
            problems |= ResolveAnswer.ROUTED;
        }
        if (reduced.isLocal) {
            classes.warnIfListed(reduced.domain);
            return route(request.sender(), reduced, ResolveAnswer.CLASS_LOCAL | problems);
        }
        if (!DomainSyntax.isValid(reduced.domain, settings.utf8())) {
            return new ResolveAnswer("error", "5.1.3 bad address syntax", reduced.address(),
                    ResolveAnswer.CLASS_DEFAULT | ResolveAnswer.ERROR);
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
            String domain = numbered(withoutDot(address.domain()));
            boolean nullDomain = domain.isEmpty() || domain.equals(".");
            MatchOutcome outcome = nullDomain ? nullDomain() : localDomains.match(domain);
            if (outcome != MatchOutcome.MATCH) {
                return new Reduced(named(address.local()), domain, false, outcome == MatchOutcome.UNAVAILABLE);
            }
            if (!mayGoOn(address.local())) {
                return new Reduced(named(address.local()), domain, true, false);
            }
            address = completed(Address.of(address.local()));
        }
        return new Reduced(address.local(), "", false, false);
    }

    private MatchOutcome nullDomain() {
        return settings.nullDomainIsLocal() ? MatchOutcome.MATCH : MatchOutcome.NO_MATCH;
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
