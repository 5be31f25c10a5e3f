package org.postrider.rewrite;

import java.util.Locale;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.lookup.AddressSearch;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.lookup.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which transport and next hop a recipient of some class gets: the class's own transport, sender_dependent_* maps, relayhost,
 * transport_maps, relocated_maps. Immutable; lookups may block.
 */
final class Routes {
    /** A table could not be asked. */
    static final class LookupFailure extends Exception {
        private static final long serialVersionUID = 1L;

        LookupFailure(String message) {
            super(message);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Routes.class);

    private final RewriteSettings.Routing settings;
    private final TableList senderRelayhosts;
    private final TableList senderTransports;
    private final TableList transportMaps;
    private final TableList relocatedMaps;
    private final String unknownAlias;
    private final AddressSearch search;

    Routes(RewriteSettings.Routing settings, RewriteSettings all, Tables tables, LocalDomains localDomains) {
        this.settings = settings;
        // What a client says is not to choose a transport or host by its words.
        Tables plain = tables.withoutSubstitution();
        senderRelayhosts = plain.list(settings.senderRelayhosts());
        senderTransports = plain.list(settings.senderTransports());
        transportMaps = plain.list(settings.transports());
        relocatedMaps = tables.list(settings.relocated());
        unknownAlias = "5.1.1 User unknown" + (settings.namesTables() ? " in virtual alias table" : "");
        String origin = all.form().origin();
        search = new AddressSearch(settings.extension(),
                domain -> domain.equalsIgnoreCase(origin) || localDomains.match(domain).matches(),
                all.domains().parents().contains("transport_maps"));
    }

    /** The route by class alone and by the sender. */
    Destination byClass(int classFlag, String sender, String domain) throws LookupFailure {
        return switch (classFlag) {
            case ResolveAnswer.CLASS_LOCAL -> complete(settings.local(), domain);
            case ResolveAnswer.CLASS_ALIAS -> new Destination("error", unknownAlias);
            case ResolveAnswer.CLASS_VIRTUAL -> complete(settings.virtual(), domain);
            case ResolveAnswer.CLASS_RELAY -> complete(settings.relay(), relay(sender, domain));
            default -> {
                Destination chosen = senderTransport(sender);
                yield complete(chosen, chosen.nexthop().isEmpty() ? relay(sender, domain) : domain);
            }
        };
    }

    private static Destination complete(Destination destination, String nexthop) {
        return destination.nexthop().isEmpty() ? new Destination(destination.transport(), nexthop) : destination;
    }

    private Destination senderTransport(String sender) throws LookupFailure {
        String found = bySender(senderTransports, sender, settings.nullSenderTransportKey(),
                "sender_dependent_default_transport_maps");
        Destination special = Destination.parse(found);
        if (special.changesNothing()) {
            return settings.other();
        }
        return special.transport().isEmpty()
                ? new Destination(settings.other().transport(), special.nexthop())
                : special;
    }

    private String relay(String sender, String domain) throws LookupFailure {
        String special = bySender(senderRelayhosts, sender, settings.nullSenderRelayhostKey(),
                "sender_dependent_relayhost_maps");
        if (!special.isEmpty()) {
            return special;
        }
        return settings.relayhost().isEmpty() ? domain : settings.relayhost();
    }

    /** What the table says about the sender; empty for nothing. */
    private String bySender(TableList tables, String sender, String nullKey, String parameter) throws LookupFailure {
        if (tables.isEmpty()) {
            return "";
        }
        String key = sender.isEmpty() ? nullKey : sender;
        String value = value(search.find(tables, key, AddressSearch.Order.REWRITING).result(), parameter);
        return value.toUpperCase(Locale.ROOT).equals("DUNNO") ? "" : value;
    }

    /** transport_maps over the route so far. */
    Destination byTransportMaps(Destination route, String recipient, String domain) throws LookupFailure {
        if (transportMaps.isEmpty()) {
            return route;
        }
        LookupResult result = search.find(transportMaps, recipient, AddressSearch.Order.TRANSPORT)
                .result();
        Destination special = Destination.parse(value(result, "transport_maps"));
        if (special.changesNothing()) {
            return route;
        }
        return new Destination(special.transport().isEmpty() ? route.transport() : special.transport(),
                special.nexthop().isEmpty() ? domain : special.nexthop());
    }

    /** relocated_maps over the route so far. */
    Destination byRelocatedMaps(Destination route, String recipient) throws LookupFailure {
        if (relocatedMaps.isEmpty()) {
            return route;
        }
        String value = value(search.find(relocatedMaps, recipient, AddressSearch.Order.REWRITING)
                .result(), "relocated_maps");
        if (value.isEmpty()) {
            return route;
        }
        return new Destination("error", settings.relocatedPrefix() ? "5.1.6 User has moved to " + value : value);
    }

    private static String value(LookupResult result, String parameter) throws LookupFailure {
        return switch (result) {
            case LookupResult.Found(String value) -> value;
            case LookupResult.NotFound() -> "";
            case LookupResult.Unavailable(String reason) -> {
                log.warn("{} lookup failure: {}", parameter, reason);
                throw new LookupFailure(parameter);
            }
        };
    }
}
