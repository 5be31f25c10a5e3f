package org.postrider.smtp;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.postrider.common.config.Parameters;

/** The addresses on which this system receives mail: {@code inet_interfaces} and {@code proxy_interfaces}, as they are now. */
record OwnAddresses(Set<InetAddress> addresses) implements Predicate<InetAddress> {
    static OwnAddresses of(Parameters parameters) {
        Set<InetAddress> addresses = new HashSet<>();
        for (String name : parameters.list("inet_interfaces")) {
            switch (name) {
                case "all" -> addresses.addAll(local());
                case "loopback-only" ->
                    local().stream().filter(InetAddress::isLoopbackAddress).forEach(addresses::add);
                default -> addresses.addAll(named(name));
            }
        }
        for (String name : parameters.list("proxy_interfaces")) {
            addresses.addAll(named(name));
        }
        return new OwnAddresses(Set.copyOf(addresses));
    }

    @Override
    public boolean test(InetAddress address) {
        return addresses.contains(address);
    }

    private static List<InetAddress> local() {
        try {
            return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList();
        } catch (SocketException failure) {
            throw new IllegalArgumentException("cannot list network interfaces: " + failure.getMessage(), failure);
        }
    }

    private static List<InetAddress> named(String name) {
        String bare = name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
        try {
            return Arrays.asList(InetAddress.getAllByName(bare));
        } catch (UnknownHostException unknown) {
            throw new IllegalArgumentException("config variable inet_interfaces: host not found: " + name, unknown);
        }
    }
}
