package org.postrider.smtp;

import java.util.List;
import org.postrider.common.config.HostFacts;
import org.postrider.common.config.InetInterfaces;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.AddressExtension;
import org.postrider.common.lookup.AddressSearch;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.OwnDomains;
import org.postrider.common.lookup.TableList;
import org.postrider.common.lookup.Tables;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.AddressList;

/**
 * smtp_generic_maps, generic(5): addresses that mean something here only become others on their way out, in envelope and header.
 * Immutable; lookups may block.
 */
final class GenericMap {
    /**
     * The parameters that matter here.
     *
     * @param parameter the name of {@code smtp_generic_maps}
     * @param maps its tables
     * @param propagates an extension that a table did not ask for stays: {@code propagate_unmatched_extensions}
     * @param origin the domain of addresses without one; empty where {@code append_at_myorigin} says no
     * @param domain what short names get; empty where {@code append_dot_mydomain} says no
     */
    record Settings(String parameter, List<String> maps, boolean propagates, String origin, String domain) {
        static Settings of(Parameters parameters, Protocol protocol) {
            String parameter = protocol.parameter("generic_maps");
            return new Settings(parameter, parameters.list(parameter),
                    parameters.list("propagate_unmatched_extensions").contains("generic"),
                    parameters.bool("append_at_myorigin") ? parameters.string("myorigin") : "",
                    parameters.bool("append_dot_mydomain") ? parameters.string("mydomain") : "");
        }
    }

    private final Settings settings;
    private final TableList tables;
    private final AddressSearch search;

    GenericMap(Settings settings, TableList tables, AddressSearch search) {
        this.settings = settings;
        this.tables = tables;
        this.search = search;
    }

    /** The search order of the tables. */
    static AddressSearch search(Parameters parameters, Tables tables) {
        return new AddressSearch(AddressExtension.of(parameters),
                OwnDomains.of(parameters, tables, new InetInterfaces(HostFacts.ask()).own(parameters)), false);
    }

    boolean isEmpty() {
        return tables.isEmpty();
    }

    /**
     * The address that stands for this one outside, itself when there is none; internal form.
     *
     * @throws MapUnavailableException when a table can't be asked
     */
    String map(String address) throws MapUnavailableException {
        if (tables.isEmpty() || address.isEmpty()) {
            return address;
        }
        AddressSearch.Answer answer = search.find(tables, address, AddressSearch.Order.REWRITING);
        return switch (answer.result()) {
            case LookupResult.NotFound _ -> address;
            case LookupResult.Unavailable _ -> throw new MapUnavailableException(settings.parameter());
            case LookupResult.Found(String value) ->
                result(address, value, settings.propagates() ? answer.extension() : "");
        };
    }

    private String result(String address, String value, String extension) {
        if (value.startsWith("@")) {
            return Address.of(address).withDomain(completed(value.substring(1).strip())).internal();
        }
        List<String> found = AddressList.parse(value).addresses();
        if (found.isEmpty() || found.getFirst().isEmpty()) {
            return address;
        }
        Address target = Address.of(found.getFirst());
        if (target.hasDomain()) {
            target = target.withDomain(completed(target.domain()));
        } else if (!settings.origin().isEmpty()) {
            target = target.withDomain(settings.origin());
        }
        return (extension.isEmpty() ? target : target.withLocal(target.local() + extension)).internal();
    }

    private String completed(String name) {
        String domain = settings.domain();
        return domain.isEmpty() || name.indexOf('.') >= 0 || name.startsWith("[") ? name : name + '.' + domain;
    }
}
