package org.postrider.common.config;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What {@code inet_interfaces} and {@code inet_protocols} mean on this host. Names in {@code inet_interfaces} are looked up when
 * asked, by the system's resolver, on the caller's thread.
 */
public final class InetInterfaces {
    private static final String VARIABLE = "config variable inet_interfaces: ";

    private final HostFacts host;

    public InetInterfaces(HostFacts host) {
        this.host = host;
    }

    /** True when inet_protocols has IPv4. */
    public static boolean hasIpv4(Parameters parameters) {
        return protocols(parameters).contains("ipv4");
    }

    /** True when inet_protocols has IPv6. */
    public static boolean hasIpv6(Parameters parameters) {
        return protocols(parameters).contains("ipv6");
    }

    /** The addresses that an inet service without a host of its own is bound to; wildcards for {@code all}. */
    public List<InetAddress> listenAddresses(Parameters parameters) {
        if (!parameters.string("inet_interfaces").equalsIgnoreCase("all")) {
            return own(parameters);
        }
        List<InetAddress> addresses = new ArrayList<>();
        if (hasIpv4(parameters)) {
            addresses.add(literal("0.0.0.0"));
        }
        if (hasIpv6(parameters) && hasAny(Inet6Address.class)) {
            addresses.add(literal("::"));
        }
        return addresses;
    }

    /** The addresses that an inet service's {@code host} (a name, an address, {@code [address]}) is bound to. */
    public List<InetAddress> listenAddresses(String serviceHost, Parameters parameters) {
        List<InetAddress> addresses = new ArrayList<>();
        for (InetAddress address : resolve(serviceHost, "bad hostname or network address: " + serviceHost)) {
            if (isWanted(address, protocols(parameters))) {
                addresses.add(address);
            }
        }
        return addresses;
    }

    /** The addresses that mail arrives on by inet_interfaces: this system's own. */
    public List<InetAddress> own(Parameters parameters) {
        Set<String> protocols = protocols(parameters);
        Set<InetAddress> found = new LinkedHashSet<>();
        String value = parameters.string("inet_interfaces");
        for (String word : WordList.split(value)) {
            if (word.equalsIgnoreCase("all")) {
                host.addresses().forEach(each -> found.add(each.address()));
            } else if (word.equalsIgnoreCase("loopback-only") && value.equalsIgnoreCase(word)) {
                addLoopback(found);
            } else {
                found.addAll(resolve(word, VARIABLE + "host not found: " + word));
            }
        }
        found.removeIf(address -> !isWanted(address, protocols));
        return List.copyOf(found);
    }

    /** The own addresses with their networks, for mynetworks. */
    List<HostFacts.NetworkAddress> ownNetworks(Parameters parameters) {
        Collection<InetAddress> own = own(parameters);
        return host.addresses().stream()
                .filter(each -> own.contains(each.address()))
                .toList();
    }

    private void addLoopback(Set<InetAddress> found) {
        for (HostFacts.NetworkAddress each : host.addresses()) {
            if (each.address().isLoopbackAddress()) {
                found.add(each.address());
            }
        }
        if (found.isEmpty()) {
            found.add(literal("127.0.0.1"));
        }
    }

    private boolean hasAny(Class<? extends InetAddress> family) {
        return host.addresses().stream().anyMatch(each -> family.isInstance(each.address()));
    }

    private static boolean isWanted(InetAddress address, Set<String> protocols) {
        return protocols.contains(address instanceof Inet4Address ? "ipv4" : "ipv6");
    }

    private static Set<String> protocols(Parameters parameters) {
        String value = parameters.string("inet_protocols");
        Set<String> protocols = new LinkedHashSet<>();
        for (String word : WordList.split(value)) {
            switch (word.toLowerCase(Locale.ROOT)) {
                case "all" -> protocols.addAll(List.of("ipv4", "ipv6"));
                case "ipv4" -> protocols.add("ipv4");
                case "ipv6" -> protocols.add("ipv6");
                default ->
                    throw new ConfigurationException(
                            "unknown inet_protocols value \"" + word + "\" in \"" + value + "\"");
            }
        }
        if (protocols.isEmpty()) {
            throw new ConfigurationException("inet_protocols parameter value is empty");
        }
        return protocols;
    }

    private static List<InetAddress> resolve(String name, String failure) {
        String bare = name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
        try {
            return List.of(InetAddress.getAllByName(bare));
        } catch (UnknownHostException e) {
            throw new ConfigurationException(failure, e);
        }
    }

    private static InetAddress literal(String address) {
        return InetAddress.ofLiteral(address);
    }
}
