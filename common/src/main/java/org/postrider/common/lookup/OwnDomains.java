package org.postrider.common.lookup;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.postrider.common.config.Parameters;

/** The domains whose local parts stand alone in the tables of canonical(5), virtual(5) and generic(5). */
public final class OwnDomains {
    private OwnDomains() {}

    /**
     * True for myorigin, mydestination and our addresses in brackets.
     *
     * @param own the addresses of inet_interfaces and proxy_interfaces
     */
    public static Predicate<String> of(Parameters parameters, Tables tables, Collection<InetAddress> own) {
        MatchList destinations = MatchList.domains(parameters.string("mydestination"),
                parameters.list("parent_domain_matches_subdomains").contains("mydestination"), tables);
        String origin = parameters.string("myorigin");
        Set<String> literals = new HashSet<>();
        for (InetAddress address : own) {
            literals.add((address instanceof Inet4Address ? "[" : "[ipv6:") + address.getHostAddress() + "]");
        }
        return domain -> domain.equalsIgnoreCase(origin) || literals.contains(domain.toLowerCase(Locale.ROOT))
                || destinations.match(domain).matches();
    }
}
