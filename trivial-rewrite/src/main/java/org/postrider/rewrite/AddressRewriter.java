package org.postrider.rewrite;

import org.postrider.common.mail.Address;

/**
 * Brings an address into the form {@code user@domain}: takes off a source route, turns {@code host!user} and {@code user%host}
 * around, appends our origin to an address without domain and our domain to a host name without dots, and takes off a trailing
 * dot. One object is one context, local or remote; what it appends is empty where it appends nothing. Immutable.
 */
final class AddressRewriter {
    private final boolean swapBangpath;
    private final boolean percentHack;
    private final String origin;
    private final String parentDomain;
    private final Completion completion;

    /** Hears of every domain that is about to get another domain behind it. */
    @FunctionalInterface
    interface Completion {
        Completion UNHEARD = (_, _) -> {
        };

        void completing(String domain, String parentDomain);
    }

    /**
     * @param origin appended to addresses without domain; empty for nothing
     * @param parentDomain appended to domains without dots; empty for nothing
     */
    AddressRewriter(boolean swapBangpath, boolean percentHack, String origin, String parentDomain,
            Completion completion) {
        this.swapBangpath = swapBangpath;
        this.percentHack = percentHack;
        this.origin = origin;
        this.parentDomain = parentDomain;
        this.completion = completion;
    }

    /** For mail from our own users: $myorigin and $mydomain. */
    static AddressRewriter local(RewriteSettings.Form form, Completion completion) {
        return of(form, form.origin(), form.domain(), completion);
    }

    /** For mail from strangers: remote_header_rewrite_domain. */
    static AddressRewriter remote(RewriteSettings.Form form, Completion completion) {
        return of(form, form.remoteDomain(), form.remoteDomain(), completion);
    }

    private static AddressRewriter of(RewriteSettings.Form form, String origin, String domain, Completion completion) {
        return new AddressRewriter(form.swapBangpath(), form.percentHack(), form.appendOrigin() ? origin : "",
                form.appendDomain() ? domain : "", completion);
    }

    /** Rewrites an address in internal form. */
    String rewriteInternal(String address) {
        return Address.toInternal(rewrite(Address.toExternal(address)));
    }

    /** Rewrites an address in external form. The null address stays. */
    String rewrite(String external) {
        if (external.isEmpty()) {
            return external;
        }
        String address = closed(withoutRoute(external));
        if (address.equals("@") || address.equals("\"\"")) {
            return "\"\"";
        }
        if (Operators.last(address, '@') < 0) {
            address = withDomain(address);
        }
        return normal(withParentDomain(address));
    }

    /** With the quote closed that a careless hand left open. */
    private static String closed(String address) {
        boolean open = false;
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                open = !open;
            }
        }
        return open ? address + '"' : address;
    }

    private static String withoutRoute(String external) {
        String address = external;
        while (address.startsWith("@")) {
            int colon = Operators.first(address, ':');
            if (colon < 0 || colon == address.length() - 1) {
                return address;
            }
            address = address.substring(colon + 1);
        }
        return address;
    }

    private String withDomain(String address) {
        int bang = swapBangpath ? Operators.first(address, '!') : -1;
        if (bang >= 0) {
            return address.substring(bang + 1) + '@' + address.substring(0, bang);
        }
        int percent = percentHack ? Operators.last(address, '%') : -1;
        if (percent >= 0) {
            return address.substring(0, percent) + '@' + address.substring(percent + 1);
        }
        return origin.isEmpty() ? withoutDot(address) : address + '@' + origin;
    }

    private String withParentDomain(String address) {
        int at = Operators.last(address, '@');
        boolean simple = at >= 0 && at + 1 < address.length() && address.charAt(at + 1) != '['
                && address.indexOf('.', at) < 0;
        if (!simple || parentDomain.isEmpty()) {
            return address;
        }
        completion.completing(address.substring(at + 1), parentDomain);
        return address + '.' + parentDomain;
    }

    /** Local part quoted as it must be and no more, domain without quotes and without one trailing dot. */
    private static String normal(String address) {
        int at = Operators.last(address, '@');
        if (at < 0) {
            return Address.quoteLocal(Address.toInternal(address));
        }
        String local = unquoted(address.substring(0, at));
        String domain = unquoted(withoutDot(address.substring(at + 1)));
        return Address.quoteLocal(local) + '@' + domain;
    }

    private static String withoutDot(String text) {
        boolean drop = text.length() > 1 && text.endsWith(".") && text.charAt(text.length() - 2) != '.';
        return drop ? text.substring(0, text.length() - 1) : text;
    }

    /** All quotes and backslashes taken off, also around a {@code @}. */
    private static String unquoted(String text) {
        if (text.indexOf('"') < 0 && text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                plain.append(text.charAt(++i));
            } else if (c != '"') {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
