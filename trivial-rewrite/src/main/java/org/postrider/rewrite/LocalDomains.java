package org.postrider.rewrite;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.lookup.MatchList;
import org.postrider.common.lookup.MatchOutcome;
import org.postrider.common.lookup.Tables;

/** The domains whose mail ends here: mydestination, and literals of inet_interfaces and proxy_interfaces. Immutable. */
final class LocalDomains {
    private final MatchList names;
    private final Set<String> literals = new HashSet<>();
    private final Set<InetAddress> addresses = new HashSet<>();

    LocalDomains(RewriteSettings.Domains domains, Tables tables) {
        this.names = MatchList.domains(domains.mydestination(), domains.parents().contains("mydestination"), tables);
        addresses.addAll(domains.own());
        for (InetAddress address : domains.own()) {
            literals.add(literal(address));
        }
        for (String proxy : domains.proxies()) {
            InetAddress address = proxyAddress(proxy);
            literals.add(literal(address));
            addresses.add(address);
        }
    }

    private static InetAddress proxyAddress(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("bad address in proxy_interfaces: " + text, e);
        }
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        return address instanceof Inet4Address ? '[' + text + ']' : "[ipv6:" + text + ']';
    }

    MatchOutcome match(String domain) {
        if (domain.startsWith("[")) {
            return isOwnLiteral(domain) ? MatchOutcome.MATCH : names.match(domain);
        }
        return names.match(domain);
    }

    private boolean isOwnLiteral(String domain) {
        String folded = domain.toLowerCase(Locale.ROOT);
        if (literals.contains(folded)) {
            return true;
        }
        if (!folded.startsWith("[ipv6:") || !DomainSyntax.isValid(domain, false)) {
            return false;
        }
        return addresses.contains(InetAddress.ofLiteral(folded.substring(6, folded.length() - 1)));
    }
}
