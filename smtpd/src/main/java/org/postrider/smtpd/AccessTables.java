package org.postrider.smtpd;

import java.util.List;
import org.postrider.common.lookup.AddressExtension;
import org.postrider.common.lookup.AddressSearch;
import org.postrider.common.lookup.KeyFolding;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.TableList;
import org.postrider.common.lookup.Tables;

/** Opens access(5) tables and knows in which order a client, a name or an address is looked for in them. */
final class AccessTables {
    static final LookupResult NOTHING = LookupResult.NOT_FOUND;

    private final Tables tables;
    private final AddressSearch addresses;
    private final boolean parentMatchesSubdomains;
    private final String nullSenderKey;

    AccessTables(Tables tables, AddressExtension extensions, boolean parentMatchesSubdomains, String nullSenderKey) {
        this.tables = tables;
        this.addresses = new AddressSearch(extensions, _ -> true, parentMatchesSubdomains);
        this.parentMatchesSubdomains = parentMatchesSubdomains;
        this.nullSenderKey = nullSenderKey;
    }

    /** The table of this name. */
    Table open(String name) {
        return new Table(name, tables.open(name));
    }

    /** One table. */
    final class Table {
        private final String name;
        private final LookupTable table;
        private final TableList list;

        private Table(String name, LookupTable table) {
            this.name = name;
            this.table = table;
            this.list = new TableList(List.of(table));
        }

        /** {@code type:name}, as it is written in main.cf. */
        String name() {
            return name;
        }

        /** By name and its parents, then by address and its networks; an empty one is left out. */
        LookupResult client(String name, String address) {
            LookupResult result = name.isEmpty() ? NOTHING : domain(name);
            if (!(result instanceof LookupResult.NotFound) || address.isEmpty()) {
                return result;
            }
            return first(AddressSearch.networks(address));
        }

        /** By this key and no other. */
        LookupResult exact(String key) {
            return key.isEmpty() ? NOTHING : table.find(key);
        }

        /** By name and its parents. */
        LookupResult domain(String name) {
            return name.isEmpty() ? NOTHING : first(AddressSearch.domains(name, parentMatchesSubdomains));
        }

        /** By address, internal form, in lower case for patterns, too; the null sender has a key of its own. */
        LookupResult address(String address) {
            return address.isEmpty()
                    ? table.find(nullSenderKey)
                    : addresses.find(list, KeyFolding.fold(address), AddressSearch.Order.ACCESS).result();
        }

        private LookupResult first(List<String> keys) {
            for (String key : keys) {
                LookupResult result = key.isEmpty() ? NOTHING : table.find(key);
                if (!(result instanceof LookupResult.NotFound) || table.wantsWholeKey()) {
                    return result;
                }
            }
            return NOTHING;
        }
    }
}
