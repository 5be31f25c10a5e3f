package org.postrider.rewrite;

import org.postrider.common.config.Parameters;
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
    private final String emptyRecipient;
    private final boolean dequotes;
    private final boolean nullDomainIsLocal;
    private final boolean numericDomains;
    private final boolean allowMinus;
    private final boolean utf8;
    private final boolean swapBangpath;
    private final boolean percentHack;

    AddressResolver(Parameters parameters, Tables tables, LocalDomains localDomains, AddressRewriter rewriter) {
        this.rewriter = rewriter;
        this.localDomains = localDomains;
        this.classes = new AddressClasses(parameters, tables);
        this.routes = new Routes(parameters, tables, localDomains);
        emptyRecipient = parameters.string("empty_address_recipient");
        dequotes = parameters.bool("resolve_dequoted_address");
        nullDomainIsLocal = parameters.bool("resolve_null_domain");
        numericDomains = parameters.bool("resolve_numeric_domain");
        allowMinus = parameters.bool("allow_min_user");
        utf8 = parameters.bool("smtputf8_enable");
        swapBangpath = parameters.bool("swap_bangpath");
        percentHack = parameters.bool("allow_percent_hack");
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
        if (reduced.isLocal) {
            classes.warnIfListed(reduced.domain);
            return route(request.sender(), reduced, ResolveAnswer.CLASS_LOCAL | problems);
        }
        if (!DomainSyntax.isValid(reduced.domain, utf8)) {
            return new ResolveAnswer("error", "5.1.3 bad address syntax", reduced.address(),
                    ResolveAnswer.CLASS_DEFAULT | ResolveAnswer.ERROR);
        }
        if (hasOperator(reduced.local)) {
            problems |= ResolveAnswer.ROUTED;
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
        return local.startsWith("-") && !allowMinus;
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
        return nullDomainIsLocal ? MatchOutcome.MATCH : MatchOutcome.NO_MATCH;
    }

    /** An address with a domain: one without gets it from its operators or from our origin. */
    private Address completed(Address address) {
        if (address.isNull()) {
            return Address.of(rewriter.rewriteInternal(emptyRecipient));
        }
        return address.hasDomain() ? address : Address.of(rewriter.rewriteInternal(address.local()));
    }

    /** True when what stands before a local domain is an address in its own right. */
    private boolean mayGoOn(String local) {
        return hasOperator(local) && (dequotes || Address.quoteLocal(local).equals(local));
    }

    private boolean hasOperator(String local) {
        return local.indexOf('@') >= 0 || (percentHack && local.indexOf('%') >= 0)
                || (swapBangpath && local.indexOf('!') >= 0);
    }

    private String named(String local) {
        return local.isEmpty() ? Address.of(emptyRecipient).local() : local;
    }

    private String numbered(String domain) {
        return numericDomains && DomainSyntax.isNumeric(domain) ? '[' + domain + ']' : domain;
    }

    private static String withoutDot(String domain) {
        boolean drop = domain.length() > 1 && domain.endsWith(".") && !domain.endsWith("..");
        return drop ? domain.substring(0, domain.length() - 1) : domain;
    }
}
