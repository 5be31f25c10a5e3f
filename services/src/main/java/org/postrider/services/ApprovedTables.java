package org.postrider.services;

import java.util.HashSet;
import java.util.Set;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.ListText;
import org.postrider.common.lookup.Tables;

/**
 * The tables that proxymap(8) opens: those that proxy_read_maps or proxy_write_maps name with {@code proxy:}, also inside of other
 * tables and restrictions in braces.
 */
final class ApprovedTables {
    private static final String PROXY = "proxy:";

    private final String parameter;
    private final Set<String> names;
    private final Set<String> aliases;

    private ApprovedTables(String parameter, Set<String> names, Set<String> aliases) {
        this.parameter = parameter;
        this.names = Set.copyOf(names);
        this.aliases = Set.copyOf(aliases);
    }

    static ApprovedTables of(Parameters parameters, boolean writes) {
        String parameter = writes ? "proxy_write_maps" : "proxy_read_maps";
        return new ApprovedTables(parameter, named(parameters.string(parameter)),
                named(parameters.string("alias_maps")));
    }

    private static Set<String> named(String list) {
        Set<String> names = new HashSet<>();
        collect(list, names);
        return names;
    }

    private static void collect(String list, Set<String> names) {
        for (String item : ListText.split(list)) {
            if (item.startsWith(PROXY)) {
                names.add(Tables.withoutProxy(item));
            }
            int brace = item.indexOf('{');
            if (brace >= 0 && item.endsWith("}")) {
                collect(item.substring(brace + 1, item.length() - 1), names);
            }
        }
    }

    /** True when this table, without {@code proxy:}, may be opened. */
    boolean contains(String table) {
        return names.contains(table);
    }

    /** True for a table of alias_maps: its source has the form of aliases(5). */
    boolean isAliases(String table) {
        return aliases.contains(table);
    }

    /** The parameter that says so. */
    String parameter() {
        return parameter;
    }
}
