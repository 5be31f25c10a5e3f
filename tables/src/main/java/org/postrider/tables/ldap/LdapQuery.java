package org.postrider.tables.ldap;

import com.unboundid.ldap.sdk.DereferencePolicy;
import com.unboundid.ldap.sdk.SearchScope;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postrider.common.lookup.Complaints;
import org.postrider.tables.DatabaseSettings;
import org.postrider.tables.KeyTemplate;

/**
 * What is asked of a directory. Names of attributes are in lower case.
 *
 * @param results attributes whose values are results
 * @param special attributes with names of entries, or URLs, that are searched in turn
 * @param leaves attributes whose values are results where an entry has no special ones
 * @param terminals attributes that make an entry's other ones void
 * @param depth recursion_limit: how deep special attributes are followed
 * @param limit expansion_limit: most results, 0 for any number
 * @param entries size_limit: most entries of one search, 0 for any number
 * @param seconds time limit for one search, told to the server
 */
record LdapQuery(KeyTemplate base, KeyTemplate filter, SearchScope scope, KeyTemplate format, Set<String> results,
        Set<String> special, Set<String> leaves, Set<String> terminals, int depth, int limit, int entries,
        DereferencePolicy dereference, int seconds) {

    static LdapQuery read(DatabaseSettings settings, Complaints complaints) {
        String filter = settings.text("query_filter", "(mailacceptinggeneralid=%s)");
        KeyTemplate filterTemplate = KeyTemplate.ofQuery(parenthesized(filter), settings.place("query_filter"));
        if (filterTemplate.isFixed()) {
            complaints.warn("dict_ldap_open: " + settings.place("query_filter") + ": Fixed query_filter " + filter
                    + " is probably useless");
        }
        for (String old : List.of("cache", "cache_expiry", "cache_size")) {
            if (settings.isSet(old)) {
                complaints.warn("dict_ldap_open: " + settings.place(old) + ": ignoring " + old);
            }
        }
        int limit = settings.number("expansion_limit", 0, 0);
        String format = settings.text("result_format", "").isEmpty() ? "result_filter" : "result_format";
        return new LdapQuery(KeyTemplate.ofQuery(settings.text("search_base", ""), settings.place("search_base")),
                filterTemplate, scope(settings, complaints),
                KeyTemplate.ofResult(settings.text(format, "%s"), settings.place(format)),
                names(settings, "result_attribute", "maildrop"), names(settings, "special_result_attribute", ""),
                names(settings, "leaf_result_attribute", ""), names(settings, "terminal_result_attribute", ""),
                settings.number("recursion_limit", 1000, 1), limit, settings.number("size_limit", limit, 0),
                DereferencePolicy.valueOf(settings.number("dereference", 0, 0, 3)),
                settings.number("timeout", 10, 1));
    }

    /** A filter without parentheses is taken as if it had some. */
    private static String parenthesized(String filter) {
        return filter.startsWith("(") ? filter : "(" + filter + ")";
    }

    private static SearchScope scope(DatabaseSettings settings, Complaints complaints) {
        String scope = settings.text("scope", "sub").toLowerCase(Locale.ROOT);
        return switch (scope) {
            case "sub" -> SearchScope.SUB;
            case "one" -> SearchScope.ONE;
            case "base" -> SearchScope.BASE;
            default -> {
                complaints.warn("dict_ldap_open: " + settings.place("scope") + ": Unrecognized value " + scope
                        + " specified for scope; using sub");
                yield SearchScope.SUB;
            }
        };
    }

    private static Set<String> names(DatabaseSettings settings, String name, String missing) {
        Set<String> names = new LinkedHashSet<>();
        settings.words(name, missing).forEach(word -> names.add(word.toLowerCase(Locale.ROOT)));
        return names;
    }

    /** Every attribute that is asked for. */
    Set<String> attributes() {
        Set<String> all = new LinkedHashSet<>(results);
        all.addAll(special);
        all.addAll(leaves);
        all.addAll(terminals);
        return all;
    }
}
