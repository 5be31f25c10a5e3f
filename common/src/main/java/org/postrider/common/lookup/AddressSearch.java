package org.postrider.common.lookup;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * The order in which an address is looked for in tables: the full address, without its extension, the local part alone, the
 * domain. Tables of patterns are asked once, with the full address. Addresses are given in the form in which tables hold them
 * (the local part quoted where RFC 5322 wants that).
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

    private final String delimiters;
    private final Predicate<String> isLocalDomain;
    private final boolean parentMatchesSubdomains;

    /**
     * @param delimiters recipient_delimiter: every character of it; empty for none
     * @param isLocalDomain the domains whose local parts are looked up alone: myorigin, mydestination, own address literals
     * @param parentMatchesSubdomains parent_domain_matches_subdomains for this kind of table
     */
    public AddressSearch(String delimiters, Predicate<String> isLocalDomain, boolean parentMatchesSubdomains) {
        this.delimiters = delimiters;
        this.isLocalDomain = isLocalDomain;
        this.parentMatchesSubdomains = parentMatchesSubdomains;
    }

    /** Looks for the address in this order. */
    public Answer find(TableList tables, String address, Order order) {
        int at = address.lastIndexOf('@');
        String local = at < 0 ? address : address.substring(0, at);
        String domain = at < 0 ? "" : address.substring(at + 1);
        int split = extensionStart(local, delimiters);
        String extension = split < 0 ? "" : local.substring(split);
        for (Key key : keys(local, split < 0 ? local : local.substring(0, split), domain, at >= 0, order)) {
            LookupResult result = key.whole ? tables.find(key.text) : tables.findPart(key.text);
            if (!(result instanceof LookupResult.NotFound)) {
                return new Answer(result, key.text, key.holdsExtension ? "" : extension);
            }
        }
        return new Answer(LookupResult.NOT_FOUND, address, "");
    }

    private List<Key> keys(String local, String plain, String domain, boolean hasDomain, Order order) {
        List<Key> keys = new ArrayList<>();
        boolean extended = !plain.equals(local);
        String tail = hasDomain ? '@' + domain : "";
        keys.add(new Key(local + tail, true, true));
        if (extended) {
            keys.add(new Key(plain + tail, false, false));
        }
        if (!hasDomain) {
            return keys;
        }
        switch (order) {
            case REWRITING -> {
                if (isLocalDomain.test(domain)) {
                    addLocal(keys, local, plain, "");
                }
                keys.add(new Key(tail, false, false));
            }
            case MAILBOX -> keys.add(new Key(tail, false, false));
            case ACCESS -> {
                addDomains(keys, domain);
                addLocal(keys, local, plain, "@");
            }
            case TRANSPORT -> {
                addDomains(keys, domain);
                keys.add(new Key("*", false, false));
            }
        }
        return keys;
    }

    private static void addLocal(List<Key> keys, String local, String plain, String tail) {
        keys.add(new Key(local + tail, false, true));
        if (!plain.equals(local)) {
            keys.add(new Key(plain + tail, false, false));
        }
    }

    private void addDomains(List<Key> keys, String domain) {
        keys.add(new Key(domain, false, false));
        for (String parent : DomainParents.of(domain, parentMatchesSubdomains)) {
            keys.add(new Key(parent, false, false));
        }
    }

    /**
     * Where the extension of a local part begins (at its delimiter), or -1. The names that mail systems need are never cut, nor
     * {@code owner-list} and {@code list-request} when the hyphen is a delimiter.
     */
    public static int extensionStart(String local, String delimiters) {
        if (delimiters.isEmpty() || isReserved(local)) {
            return -1;
        }
        for (int i = 1; i < local.length(); i++) {
            char c = local.charAt(i);
            if (delimiters.indexOf(c) >= 0) {
                return c == '-' && isListAddress(local) ? -1 : i;
            }
        }
        return -1;
    }

    private static boolean isReserved(String local) {
        return local.equalsIgnoreCase("postmaster") || local.equalsIgnoreCase("mailer-daemon")
                || local.equalsIgnoreCase("double-bounce");
    }

    private static boolean isListAddress(String local) {
        String folded = local.toLowerCase(Locale.ROOT);
        return (folded.startsWith("owner-") && folded.length() > 6)
                || (folded.endsWith("-request") && folded.length() > 8);
    }
}
