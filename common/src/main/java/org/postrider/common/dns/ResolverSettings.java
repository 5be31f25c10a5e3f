package org.postrider.common.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whom to ask and how patiently: what resolv.conf(5) says. An attempt asks every server once; its time limit is per
 * server.
 *
 * @param transitional names that are not ASCII are asked for as {@code enable_idna2003_compatibility} has it
 */
public record ResolverSettings(List<InetSocketAddress> servers, Duration timeout, int attempts,
        boolean transitional) {
    private static final int DNS_PORT = 53;
    private static final int MOST_SERVERS = 3;

    public ResolverSettings {
        servers = List.copyOf(servers);
    }

    public ResolverSettings(List<InetSocketAddress> servers, Duration timeout, int attempts) {
        this(servers, timeout, attempts, false);
    }

    /** The same with names as they were before IDNA2008, or not. */
    public ResolverSettings withTransitionalNames(boolean wanted) {
        return new ResolverSettings(servers, timeout, attempts, wanted);
    }

    /** The system's settings, from /etc/resolv.conf; without that file, the server on this host. */
    public static ResolverSettings system() {
        try {
            return parse(Files.readAllLines(Path.of("/etc/resolv.conf"), StandardCharsets.ISO_8859_1));
        } catch (IOException _) {
            return parse(List.of());
        }
    }

    /** The one server named by {@code dns_resolver_address}, {@code address[:port]}; the system's settings if empty. */
    public static ResolverSettings at(String address) {
        if (address.isEmpty()) {
            return system();
        }
        return new ResolverSettings(List.of(server(address)), Duration.ofSeconds(5), 2);
    }

    static ResolverSettings parse(List<String> lines) {
        List<InetSocketAddress> servers = new ArrayList<>();
        int timeout = 5;
        int attempts = 2;
        for (String line : lines) {
            String[] words = line.strip().split("\\s+", -1);
            if (words[0].equals("nameserver") && words.length > 1 && servers.size() < MOST_SERVERS) {
                servers.add(server(words[1]));
            } else if (words[0].equals("options")) {
                for (String word : words) {
                    timeout = option(word, "timeout:", 30, timeout);
                    attempts = option(word, "attempts:", 5, attempts);
                }
            }
        }
        if (servers.isEmpty()) {
            servers.add(server("127.0.0.1"));
        }
        return new ResolverSettings(servers, Duration.ofSeconds(timeout), attempts);
    }

    private static int option(String word, String name, int most, int otherwise) {
        if (!word.toLowerCase(Locale.ROOT).startsWith(name)) {
            return otherwise;
        }
        try {
            return Math.clamp(Integer.parseInt(word.substring(name.length())), 1, most);
        } catch (NumberFormatException _) {
            return otherwise;
        }
    }

    /** {@code 192.0.2.1}, {@code 192.0.2.1:53}, {@code 2001:db8::1}, {@code [2001:db8::1]:53}; never a host name. */
    private static InetSocketAddress server(String text) {
        String address = text;
        int port = DNS_PORT;
        int colon = text.lastIndexOf(':');
        if (colon > 0 && (text.charAt(colon - 1) == ']' || text.indexOf(':') == colon)) {
            address = text.substring(0, colon);
            port = Integer.parseInt(text.substring(colon + 1));
        }
        try {
            String bare = address.startsWith("[") ? address.substring(1, address.length() - 1) : address;
            return new InetSocketAddress(InetAddress.ofLiteral(bare), port);
        } catch (IllegalArgumentException notLiteral) {
            throw new IllegalArgumentException("bad name server address: " + text, notLiteral);
        }
    }
}
