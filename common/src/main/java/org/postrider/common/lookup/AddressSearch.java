package org.postrider.common.lookup;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.postrider.common.mail.Address;

/**
 * The order in which an address is looked for in tables: the full address, without its extension, the local part alone, the
 * domain. Tables of patterns are asked with the full address only. A local part that RFC 5322 wants quoted is looked for quoted first,
 * then as it is. This is the one place that knows: whatever searches by address, domain or network asks here.
 */
public final class AddressSearch {
    /** One of Postfix's orders. */
    public enum Order {
        /**
         * canonical(5), virtual(5), relocated(5), generic(5): {@code user+ext@domain}, {@code user@domain}; for a local domain
         * {@code user+ext}, {@code user}; {@code @domain}.
         */
        REWRITING,
        /** access(5): {@code user+ext@domain}, {@code user@domain}, {@code domain} and parents, {@code user+ext@}, {@code user@}. */
        ACCESS,
        /** transport(5): {@code user+ext@domain}, {@code user@domain}, {@code domain} and parents, {@code *}. */
        TRANSPORT,
        /** virtual_mailbox_maps and the like: {@code user+ext@domain}, {@code user@domain}, {@code @domain}. */
        MAILBOX
    }

    /**
     * What was found.
     *
     * @param result the value
     * @param key under which it stood; the address itself when nothing was found
     * @param extension with its delimiter, when the key did not contain it; else empty
     */
    public record Answer(LookupResult result, String key, String extension) {}

    private record Key(String text, boolean whole, boolean holdsExtension) {}

    private final AddressExtension extensions;
    private final Predicate<String> isLocalDomain;
    private final boolean parentMatchesSubdomains;

    /**
     * One service's way to search.
     *
     * @param isLocalDomain the domains whose local parts are looked up alone: myorigin, mydestination, own address literals
     * @param parentMatchesSubdomains parent_domain_matches_subdomains for this kind of table
     */
    public AddressSearch(AddressExtension extensions, Predicate<String> isLocalDomain,
            boolean parentMatchesSubdomains) {
        this.extensions = extensions;
        this.isLocalDomain = isLocalDomain;
        this.parentMatchesSubdomains = parentMatchesSubdomains;
    }

    /**
     * Looks for the address in this order.
     *
     * @param address internal form, without quotes
     */
    public Answer find(TableList tables, String address, Order order) {
        Address whole = Address.of(address);
        int split = extensions.start(whole.local());
        String plain = split < 0 ? whole.local() : whole.local().substring(0, split);
        String extension = whole.local().substring(plain.length());
        for (Key key : keys(whole, plain, order)) {
            LookupResult result = key.whole ? tables.find(key.text) : tables.findPart(key.text);
            if (!(result instanceof LookupResult.NotFound)) {
                return new Answer(result, key.text, key.holdsExtension ? "" : extension);
            }
        }
        return new Answer(LookupResult.NOT_FOUND, address, "");
    }

    /** A name and its parents, nearest first: of a client, a HELO argument, a domain of a policy. */
    public static List<String> domains(String name, boolean parentMatchesSubdomains) {
        List<String> keys = new ArrayList<>();
        keys.add(name);
        keys.addAll(DomainParents.of(name, parentMatchesSubdomains));
        return keys;
    }

    /** Looks for a domain and then for its parents with a leading dot, as TLS policies are found; tables of patterns know the whole. */
    public static LookupResult domain(TableList tables, String name) {
        boolean whole = true;
        for (String key : domains(name, false)) {
            LookupResult result = whole ? tables.find(key) : tables.findPart(key);
            if (!(result instanceof LookupResult.NotFound)) {
                return result;
            }
            whole = false;
        }
        return LookupResult.NOT_FOUND;
    }

    /** {@code 1.2.3.4}, {@code 1.2.3}, {@code 1.2}, {@code 1}; likewise at the colons of IPv6. */
    public static List<String> networks(String address) {
        List<String> keys = new ArrayList<>();
        keys.add(address);
        char separator = address.indexOf(':') >= 0 ? ':' : '.';
        String rest = address;
        for (int at = rest.lastIndexOf(separator); at > 0; at = rest.lastIndexOf(separator)) {
            rest = rest.substring(0, at);
            keys.add(rest);
        }
        return keys;
    }

    private List<Key> keys(Address address, String plain, Order order) {
        List<Key> keys = new ArrayList<>();
        String local = address.local();
        String tail = address.hasDomain() ? '@' + address.domain() : "";
        addBothForms(keys, local, tail, true, true);
        if (!plain.equals(local)) {
            addBothForms(keys, plain, tail, false, false);
        }
        if (!address.hasDomain()) {
            return keys;
        }
        switch (order) {
            case REWRITING -> {
                if (isLocalDomain.test(address.domain())) {
                    addLocal(keys, local, plain, "");
                }
                keys.add(new Key(tail, false, false));
            }
            case MAILBOX -> keys.add(new Key(tail, false, false));
            case ACCESS -> {
                addDomains(keys, address.domain());
                addLocal(keys, local, plain, "@");
            }
            case TRANSPORT -> {
                addDomains(keys, address.domain());
                keys.add(new Key("*", false, false));
            }
        }
        return keys;
    }

    private static void addLocal(List<Key> keys, String local, String plain, String tail) {
        addBothForms(keys, local, tail, false, true);
        if (!plain.equals(local)) {
            addBothForms(keys, plain, tail, false, false);
        }
    }

    private static void addBothForms(List<Key> keys, String local, String tail, boolean whole,
            boolean holdsExtension) {
        String quoted = Address.quoteLocal(local);
        keys.add(new Key(quoted + tail, whole, holdsExtension));
        if (!quoted.equals(local)) {
            keys.add(new Key(local + tail, whole, holdsExtension));
        }
    }

    private void addDomains(List<Key> keys, String domain) {
        for (String name : domains(domain, parentMatchesSubdomains)) {
            keys.add(new Key(name, false, false));
        }
    }
}
