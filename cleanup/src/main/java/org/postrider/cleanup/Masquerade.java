package org.postrider.cleanup;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.postrider.common.mail.Address;

/** masquerade_domains: {@code user@host.example.com} is shown as {@code user@example.com}. Immutable. */
final class Masquerade {
    private final List<String> domains;
    private final Set<String> exceptions;

    /**
     * @param domains in order, the first that is the domain or its parent decides; {@code !domain} leaves it alone
     * @param exceptions local parts that are left alone
     */
    Masquerade(List<String> domains, List<String> exceptions) {
        this.domains = domains.stream().map(domain -> domain.toLowerCase(Locale.ROOT)).toList();
        this.exceptions = exceptions.stream().map(user -> user.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    String apply(String internal) {
        if (domains.isEmpty()) {
            return internal;
        }
        Address address = Address.of(internal);
        if (!address.hasDomain() || exceptions.contains(address.local().toLowerCase(Locale.ROOT))) {
            return internal;
        }
        String domain = address.domain().toLowerCase(Locale.ROOT);
        for (String entry : domains) {
            boolean excluded = entry.startsWith("!");
            String parent = excluded ? entry.substring(1) : entry;
            if (domain.equals(parent)) {
                return internal;
            }
            if (domain.endsWith('.' + parent)) {
                return excluded
                        ? internal
                        : address.withDomain(address.domain().substring(domain.length() - parent.length())).internal();
            }
        }
        return internal;
    }
}
