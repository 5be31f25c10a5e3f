package org.postrider.cleanup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.RewriteRequest;
import org.postrider.common.lookup.AddressSearch;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.AddressList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of one parameter that turn an address into others: canonical(5), virtual(5), the bcc maps. Immutable; addresses in
 * internal form.
 */
final class AddressMap {
    private static final Logger log = LoggerFactory.getLogger(AddressMap.class);

    private static final String NULL_ADDRESS = "\"\"";

    private final String parameter;
    private final TableList tables;
    private final AddressSearch search;
    private final boolean propagates;
    private final RewriteAddresses rewriting;

    /** @param propagates an extension that the key does not have is added to the result */
    AddressMap(String parameter, TableList tables, AddressSearch search, boolean propagates,
            RewriteAddresses rewriting) {
        this.parameter = parameter;
        this.tables = tables;
        this.search = search;
        this.propagates = propagates;
        this.rewriting = rewriting;
    }

    String parameter() {
        return parameter;
    }

    boolean isEmpty() {
        return tables.isEmpty();
    }

    /** What stands in the tables for this address, in full form; nothing when it is not there. The null address is {@code ""}. */
    List<String> find(String queueId, String address) throws TroubleException, IOException {
        if (tables.isEmpty()) {
            return List.of();
        }
        AddressSearch.Answer answer = address.isEmpty()
                ? new AddressSearch.Answer(tables.find(NULL_ADDRESS), NULL_ADDRESS, "")
                : search.find(tables, address, AddressSearch.Order.REWRITING);
        return switch (answer.result()) {
            case LookupResult.NotFound() -> List.of();
            case LookupResult.Found(String value) -> result(address, value, propagates ? answer.extension() : "");
            case LookupResult.Unavailable _ -> {
                log.warn("{}: {} map lookup problem for {} -- message not accepted, try again later", queueId,
                        parameter, address);
                throw new TroubleException(CleanupStatus.WRITE, "");
            }
        };
    }

    private List<String> result(String address, String value, String extension) throws IOException {
        if (value.startsWith("@") && value.indexOf(',') < 0 && value.indexOf(':') < 0) {
            return List.of(Address.of(address).withDomain(value.substring(1).strip()).internal());
        }
        List<String> results = new ArrayList<>();
        for (String target : AddressList.parse(value).addresses()) {
            if (!target.isEmpty()) {
                Address full = Address.of(rewriting.rewrite(RewriteRequest.LOCAL, target));
                results.add(
                        extension.isEmpty() ? full.internal() : full.withLocal(full.local() + extension).internal());
            }
        }
        return results;
    }
}
