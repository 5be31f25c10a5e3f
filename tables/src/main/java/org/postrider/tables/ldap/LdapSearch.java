package org.postrider.tables.ldap;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.LDAPURL;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.lookup.LookupResult;
import org.postrider.tables.DatabaseException;
import org.postrider.tables.DatabaseTable;
import org.postrider.tables.HostPool;
import org.postrider.tables.LookupKey;
import org.postrider.tables.ResultText;

/**
 * One search for one key, and those that the entries found lead to. Attributes come in the order in which the server gives them; of an
 * entry with terminal attributes only these count, and leaf attributes count where there are no special ones.
 */
final class LdapSearch implements DatabaseTable.Search {
    /** Entries that lead to each other in many ways would keep a server busy for ever, however shallow. */
    private static final int MOST_SEARCHES = 10_000;
    private static final String DN_SPECIAL = ",+\"\\<>;=#";

    private final LdapQuery query;
    private final HostPool<LdapSession> pool;
    private final String source;

    LdapSearch(LdapQuery query, HostPool<LdapSession> pool, String source) {
        this.query = query;
        this.pool = pool;
        this.source = source;
    }

    @Override
    public LookupResult find(LookupKey key) throws DatabaseException {
        Optional<String> base = query.base().expand(key, LdapSearch::quotedForName);
        Optional<String> filter = query.filter().expand(key, Filter::encodeValue);
        if (base.isEmpty() || filter.isEmpty() || !query.format().fits(key)) {
            return LookupResult.NOT_FOUND;
        }
        return pool.ask(session -> {
            ResultText text = new ResultText(query.format(), key, query.limit());
            new Walk(session, text).search(request(base.get(), query.scope(), Filter.create(filter.get()),
                    query.attributes()), 0);
            return text.result();
        });
    }

    /** A value inside a distinguished name (RFC 4514): what has a meaning there is written in hexadecimal. */
    static String quotedForName(String value) {
        StringBuilder quoted = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean edge = c == ' ' && (i == 0 || i == value.length() - 1);
            if (edge || c < ' ' || c == 127 || DN_SPECIAL.indexOf(c) >= 0) {
                quoted.append(String.format(Locale.ROOT, "\\%02x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.toString();
    }

    private SearchRequest request(String base, SearchScope scope, Filter filter, Set<String> attributes) {
        return new SearchRequest(base, scope, query.dereference(), query.entries(), query.seconds(), false, filter,
                attributes.toArray(String[]::new));
    }

    /** The searches of one lookup. */
    private final class Walk {
        private final LdapSession session;
        private final ResultText text;
        private int searches;

        Walk(LdapSession session, ResultText text) {
            this.session = session;
            this.text = text;
        }

        void search(SearchRequest request, int depth) throws LDAPException, DatabaseException {
            if (depth > query.depth()) {
                throw new DatabaseException("recursion limit exceeded, last entry " + request.getBaseDN());
            }
            searches++;
            if (searches > MOST_SEARCHES) {
                throw new DatabaseException("more than " + MOST_SEARCHES + " searches for one key");
            }
            List<SearchResultEntry> entries;
            try {
                entries = session.connection().search(request).getSearchEntries();
            } catch (LDAPSearchException e) {
                if (e.getResultCode().equals(ResultCode.NO_SUCH_OBJECT)) {
                    return;
                }
                if (e.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED)) {
                    throw new DatabaseException("size limit (" + query.entries() + ") exceeded");
                }
                throw e;
            }
            for (SearchResultEntry entry : entries) {
                take(entry, depth);
            }
        }

        private void take(SearchResultEntry entry, int depth) throws LDAPException, DatabaseException {
            boolean terminal = hasAny(entry, query.terminals());
            boolean leaf = !hasAny(entry, query.special());
            for (Attribute attribute : entry.getAttributes()) {
                String name = attribute.getName().toLowerCase(Locale.ROOT);
                if (terminal) {
                    values(attribute, query.terminals().contains(name));
                    continue;
                }
                values(attribute, query.results().contains(name) || (leaf && query.leaves().contains(name)));
                if (query.special().contains(name)) {
                    for (String value : attribute.getValues()) {
                        follow(value, depth + 1);
                    }
                }
            }
        }

        private static boolean hasAny(SearchResultEntry entry, Set<String> names) {
            return names.stream().anyMatch(entry::hasAttribute);
        }

        private void values(Attribute attribute, boolean wanted) throws DatabaseException {
            if (wanted) {
                for (String value : attribute.getValues()) {
                    text.add(value);
                }
            }
        }

        /** A name of an entry, or a URL (RFC 4516), of which server and port have no meaning. */
        private void follow(String value, int depth) throws LDAPException, DatabaseException {
            if (!value.regionMatches(true, 0, "ldap://", 0, 7)) {
                search(request(value, SearchScope.BASE, Filter.createPresenceFilter("objectClass"),
                        query.attributes()), depth);
                return;
            }
            LDAPURL url;
            try {
                url = new LDAPURL(value);
            } catch (LDAPException e) {
                throw new DatabaseException(source + ": bad URL " + value + ": " + e.getMessage());
            }
            Set<String> attributes = query.attributes();
            if (url.attributesProvided()) {
                Set<String> named = new LinkedHashSet<>();
                for (String name : url.getAttributes()) {
                    named.add(name.toLowerCase(Locale.ROOT));
                }
                attributes.retainAll(named);
                if (attributes.isEmpty()) {
                    return;
                }
            }
            search(request(url.getBaseDN().toString(), url.getScope(), url.getFilter(), attributes), depth);
        }
    }
}
