package org.postrider.smtp;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.lookup.AddressSearch;
import org.postrider.common.lookup.ListText;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.lookup.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How strictly a message's REQUIRETLS is kept on the way to each next hop: {@code smtp_requiretls_policy}, a list of tables and words,
 * of which the first that answers counts. Tables are asked for the next hop's name without port and brackets, then for its parents with a
 * leading dot. Where nothing answers the requirement is enforced. Immutable; lookups may block.
 */
final class RequireTlsPolicy {
    private static final Logger LOG = LoggerFactory.getLogger(RequireTlsPolicy.class);

    /** One item of the list. */
    private sealed interface Item {
        record Word(RequireTls level) implements Item {}

        record Table(TableList table) implements Item {}
    }

    /**
     * What main.cf says about it.
     *
     * @param name of the list's parameter, for the log
     * @param enabled {@code requiretls_enable}: what senders ask for counts, and is handed on
     * @param relaxes {@code tls_required_enable}: the header TLS-Required counts
     */
    record Settings(String name, boolean enabled, boolean relaxes, List<String> items) {
        static Settings of(Parameters parameters, Protocol protocol) {
            String name = protocol.parameter("requiretls_policy");
            return new Settings(name, parameters.bool("requiretls_enable"), parameters.bool("tls_required_enable"),
                    ListText.split(parameters.string(name)));
        }
    }

    private final Settings settings;
    private final List<Item> items;

    RequireTlsPolicy(Settings settings, Tables tables) {
        this.settings = settings;
        this.items = settings.items().stream().map(item -> item(item, tables)).toList();
    }

    private Item item(String text, Tables tables) {
        Optional<RequireTls> word = RequireTls.of(text.toLowerCase(Locale.ROOT));
        if (word.isPresent()) {
            return new Item.Word(word.get());
        }
        if (text.indexOf(':') < 0) {
            throw new ConfigurationException("bad " + settings.name() + " value: \"" + text + '"');
        }
        return new Item.Table(tables.list(List.of(text)));
    }

    /**
     * What this message asks for on its way to that next hop. A letter about a failure (null sender) is never held up for want of
     * REQUIRETLS: RFC 8689 section 5.
     *
     * @throws TroubleException when a table can't say, or says what is no level
     */
    RequireTls level(DeliveryRequest request, Nexthop nexthop) throws TroubleException {
        if (!settings.enabled() || (request.sendOptions() & DeliveryRequest.REQUIRE_TLS) == 0) {
            boolean relaxed = settings.relaxes() && (request.sendOptions() & DeliveryRequest.TLS_NOT_REQUIRED) != 0;
            return relaxed ? RequireTls.RELAXED : RequireTls.OPPORTUNISTIC;
        }
        return request.sender().isEmpty()
                ? RequireTls.OPPORTUNISTIC
                : level(nexthop.peerName().toLowerCase(Locale.ROOT));
    }

    private RequireTls level(String key) throws TroubleException {
        for (Item item : items) {
            switch (item) {
                case Item.Word(RequireTls level) -> {
                    return level;
                }
                case Item.Table(TableList table) -> {
                    switch (AddressSearch.domain(table, key)) {
                        case LookupResult.NotFound _ -> {
                        }
                        case LookupResult.Unavailable _ -> throw new TroubleException(new Trouble.BadTlsPolicy());
                        case LookupResult.Found(String value) -> {
                            return parsed(value, key);
                        }
                    }
                }
            }
        }
        return RequireTls.ENFORCED;
    }

    private RequireTls parsed(String value, String key) throws TroubleException {
        Optional<RequireTls> level = RequireTls.of(value.strip().toLowerCase(Locale.ROOT));
        if (level.isEmpty()) {
            LOG.warn("{}, next-hop destination \"{}\": invalid level \"{}\"", settings.name(), key,
                    Words.printable(value));
            throw new TroubleException(new Trouble.BadTlsPolicy());
        }
        return level.get();
    }
}
