package org.postrider.common.config;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the host says about itself, asked once per reading of the configuration.
 *
 * @param hostname as of gethostname(2), not looked up in DNS
 * @param addresses of the interfaces that are up, IPv4 before IPv6
 * @param home where the image that runs stands (its folders are {@code bin} and {@code libexec}); empty outside an image
 */
public record HostFacts(String hostname, List<NetworkAddress> addresses, Optional<Path> home) {
    /** The system property that the launchers set. */
    private static final String HOME = "postrider.home";

    /** An interface's own address and the length of its network's prefix in bits. */
    public record NetworkAddress(InetAddress address, int prefixLength) {}

    public HostFacts {
        addresses = List.copyOf(addresses);
    }

    /** Asks this host. */
    public static HostFacts ask() {
        return new HostFacts(askHostname(), askAddresses(),
                Optional.ofNullable(System.getProperty(HOME)).map(Path::of));
    }

    private static String askHostname() {
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname"), StandardCharsets.ISO_8859_1)
                    .strip();
            return name.isEmpty() ? "localhost" : name;
        } catch (IOException _) {
            return "localhost";
        }
    }

    private static List<NetworkAddress> askAddresses() {
        List<NetworkAddress> addresses = new ArrayList<>();
        try {
            List<NetworkInterface> interfaces = new ArrayList<>(
                    Collections.list(NetworkInterface.getNetworkInterfaces()));
            interfaces.sort(Comparator.comparingInt(NetworkInterface::getIndex));
            for (NetworkInterface each : interfaces) {
                if (each.isUp()) {
                    addresses.addAll(addresses(each));
                }
            }
        } catch (SocketException e) {
            throw new ConfigurationException("cannot list the network interfaces: " + e.getMessage(), e);
        }
        addresses.sort(Comparator.comparingInt(each -> each.address() instanceof Inet4Address ? 0 : 1));
        return addresses;
    }

    /** In the order of getifaddrs(3): those of the link come last. */
    private static List<NetworkAddress> addresses(NetworkInterface of) {
        // The JDK puts what it finds in front of what it has.
        return of.getInterfaceAddresses().reversed().stream()
                .sorted(Comparator.comparing(
                        each -> each.getAddress() instanceof Inet6Address && each.getAddress().isLinkLocalAddress()))
                .map(each -> new NetworkAddress(each.getAddress(), each.getNetworkPrefixLength())).toList();
    }
}
