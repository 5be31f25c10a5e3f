package org.postrider.smtpd;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.postrider.common.config.Parameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses on which this system receives mail: inet_interfaces and proxy_interfaces. */
final class OwnAddresses {
    private static final Logger log = LoggerFactory.getLogger(OwnAddresses.class);

    private OwnAddresses() {}

    static Predicate<InetAddress> of(Parameters parameters) {
        Set<InetAddress> found = new HashSet<>();
        for (String word : parameters.list("inet_interfaces")) {
            switch (word) {
                case "all" -> addInterfaces(found, false);
                case "loopback-only" -> addInterfaces(found, true);
                default -> addHost(found, word);
            }
        }
        List<String> proxies = parameters.list("proxy_interfaces");
        proxies.forEach(word -> addHost(found, word));
        return Set.copyOf(found)::contains;
    }

    private static void addInterfaces(Set<InetAddress> found, boolean loopbackOnly) {
        try {
            NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !loopbackOnly || address.isLoopbackAddress()).map(OwnAddresses::plain)
                    .forEach(found::add);
        } catch (SocketException e) {
            log.warn("network interfaces: {}", String.valueOf(e.getMessage()));
        }
    }

    private static void addHost(Set<InetAddress> found, String word) {
        String name = word.startsWith("[") && word.endsWith("]") ? word.substring(1, word.length() - 1) : word;
        try {
            for (InetAddress address : InetAddress.getAllByName(name)) {
                found.add(plain(address));
            }
        } catch (UnknownHostException _) {
            log.warn("inet_interfaces: host not found: {}", word);
        }
    }

    /** Without a zone, and as IPv4 when it is one in IPv6's clothes. */
    static InetAddress plain(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException _) {
            return address;
        }
    }
}
