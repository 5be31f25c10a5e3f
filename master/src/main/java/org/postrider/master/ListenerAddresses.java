package org.postrider.master;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.InetInterfaces;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.ServiceEntry;

/** Works out where a service of master.cf listens: ports by number or name, {@code host:port}, {@code [v6]:port}, sockets. */
final class ListenerAddresses {
    private static final Path SERVICES = Path.of("/etc/services");
    private static final int ANYBODY = 0666;
    private static final int OWNER_ONLY = 0600;

    private final InetInterfaces interfaces;
    private final Path queue;

    ListenerAddresses(InetInterfaces interfaces, Path queue) {
        this.interfaces = interfaces;
        this.queue = queue;
    }

    /** Every address of the service. */
    List<ListenerAddress> of(ServiceEntry entry, Parameters parameters) {
        return switch (entry.type()) {
            case INET -> inet(entry, parameters);
            case UNIX, PASS -> List.of(new ListenerAddress.Unix(queue.resolve(entry.socketPath()), mode(entry)));
            case UNIX_DGRAM -> List.of(new ListenerAddress.Datagram(queue.resolve(entry.socketPath()), mode(entry)));
            case FIFO -> List.of(new ListenerAddress.Fifo(queue.resolve(entry.socketPath()), mode(entry)));
        };
    }

    /** Whoever can talk to cleanup can make mail of any kind: users get there through pickup only. */
    private static int mode(ServiceEntry entry) {
        return entry.program().equals("cleanup") && !entry.privateSocket() ? OWNER_ONLY : ANYBODY;
    }

    private List<ListenerAddress> inet(ServiceEntry entry, Parameters parameters) {
        String name = entry.name();
        int colon = name.lastIndexOf(':');
        int port = port(name.substring(colon + 1), parameters);
        List<InetAddress> hosts = colon < 0
                ? interfaces.listenAddresses(parameters)
                : interfaces.listenAddresses(name.substring(0, colon), parameters);
        List<ListenerAddress> all = new ArrayList<>();
        for (InetAddress host : hosts) {
            all.add(new ListenerAddress.Inet(new InetSocketAddress(host, port)));
        }
        return all;
    }

    static int port(String text, Parameters parameters) {
        String known = knownPort(text, parameters.list("known_tcp_ports"));
        try {
            int port = Integer.parseInt(known);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException _) {
            OptionalInt port = systemPort(known);
            if (port.isPresent()) {
                return port.getAsInt();
            }
        }
        throw new ConfigurationException("bad or unknown service \"" + text + "\": no such port");
    }

    /** known_tcp_ports: {@code name=number} or {@code name=name=number}. */
    private static String knownPort(String text, List<String> known) {
        for (String one : known) {
            int last = one.lastIndexOf('=');
            if (last > 0 && List.of(one.substring(0, last).split("=")).contains(text)) {
                return one.substring(last + 1);
            }
        }
        return text;
    }

    private static OptionalInt systemPort(String name) {
        try {
            for (String line : Files.readAllLines(SERVICES, StandardCharsets.ISO_8859_1)) {
                int comment = line.indexOf('#');
                List<String> words = List.of((comment < 0 ? line : line.substring(0, comment)).strip().split("\\s+"));
                if (words.size() > 1 && words.get(1).endsWith("/tcp") && !words.get(1).equals(name)
                        && words.contains(name)) {
                    return OptionalInt.of(Integer.parseInt(words.get(1).replace("/tcp", "")));
                }
            }
        } catch (IOException _) {
            // No database, no name.
        }
        return OptionalInt.empty();
    }
}
