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
    private final String parameter;
    private final TableList tables;
    private final AddressSearch search;
    private final boolean propagates;
    private final String origin;
    private final String domain;

    private GenericMap(Parameters parameters, String parameter, TableList tables, AddressSearch search) {
        this.parameter = parameter;
        this.tables = tables;
        this.search = search;
        this.propagates = parameters.list("propagate_unmatched_extensions").contains("generic");
        this.origin = parameters.bool("append_at_myorigin") ? parameters.string("myorigin") : "";
        this.domain = parameters.bool("append_dot_mydomain") ? parameters.string("mydomain") : "";
    }

    static GenericMap of(Parameters parameters, Protocol protocol, Tables tables) {
        String parameter = protocol.parameter("generic_maps");
        AddressSearch search = new AddressSearch(AddressExtension.of(parameters),
                OwnDomains.of(parameters, tables, new InetInterfaces(HostFacts.ask()).own(parameters)), false);
        return new GenericMap(parameters, parameter, tables.list(parameters.list(parameter)), search);
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
            case LookupResult.Unavailable _ -> throw new MapUnavailableException(parameter);
            case LookupResult.Found(String value) -> result(address, value, propagates ? answer.extension() : "");
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
        } else if (!origin.isEmpty()) {
            target = target.withDomain(origin);
        }
        return (extension.isEmpty() ? target : target.withLocal(target.local() + extension)).internal();
    }

    private String completed(String name) {
        return domain.isEmpty() || name.indexOf('.') >= 0 || name.startsWith("[") ? name : name + '.' + domain;
    }
}
