package org.postrider.smtp;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postrider.common.dns.MailHosts;
import org.postrider.common.dns.MxLookup;
import org.postrider.common.dns.ServiceLookup;

/** From a next hop to the places to connect to, in order. */
final class HostFinder {
    /** What was found. */
    sealed interface Found {
        /**
         * Places to try.
         *
         * @param selfListed this system is a mail exchanger of the domain too, so that fallback relays would loop
         */
        record Places(List<Candidate> candidates, boolean selfListed) implements Found {}

        /** None. */
        record Nothing(Trouble trouble) implements Found {}
    }

    private final MxLookup lookup;
    private final ServiceLookup services;
    private final Map<String, Integer> knownPorts;
    private final Protocol protocol;
    private final String defaultPort;
    private final String myHostname;
    private final Path queueDirectory;
    private final boolean asksDns;

    /** @param knownPorts service names and their ports: {@code known_tcp_ports} */
    HostFinder(MxLookup lookup, ServiceLookup services, Map<String, Integer> knownPorts, ClientSettings settings,
            Path queueDirectory) {
        this.lookup = lookup;
        this.services = services;
        this.knownPorts = knownPorts;
        this.protocol = settings.protocol();
        this.defaultPort = settings.defaultPort();
        this.myHostname = settings.myHostname();
        this.queueDirectory = queueDirectory;
        this.asksDns = settings.asksDns();
    }

    Found find(Nexthop nexthop) {
        return switch (nexthop) {
            case Nexthop.Domain(_, String name, String port) ->
                at(asksDns ? byService(lookup::domain, port) : lookup::host, name, port);
            case Nexthop.Host(String text, String name, String port) ->
                at(asksDns && text.indexOf('[') < 0 ? byService(lookup::host, port) : lookup::host, name, port);
            case Nexthop.Socket(_, String path) -> new Found.Places(
                    List.of(new Candidate.Unix(new Peer(myHostname, path, 0), queueDirectory.resolve(path))), false);
        };
    }

    /** By SRV records where use_srv_lookup names the service. */
    private Lookup byService(Lookup otherwise, String portText) {
        String service = portText.isEmpty() ? defaultPort : portText;
        return services.knows(service)
                ? (name, noLoop) -> services.find(service, name, noLoop, otherwise::find)
                : otherwise;
    }

    /** One of the look-ups. */
    private interface Lookup {
        MailHosts find(String name, boolean noLoop);
    }

    private Found at(Lookup way, String name, String portText) {
        String service = portText.isEmpty() ? defaultPort : portText;
        int port = port(service);
        if (port < 0) {
            return nothing(Trouble.Unresolved.Kind.BAD_PORT, "unknown service: " + service + "/tcp");
        }
        // Another port is another server, even on this host: content filters live there.
        boolean mayLoop = protocol == Protocol.SMTP && port == port(defaultPort);
        return switch (way.find(name, mayLoop)) {
            case MailHosts.Found(List<MailHosts.Host> hosts, boolean selfListed) ->
                places(hosts, port, selfListed, mayLoop);
            case MailHosts.NoMail(String reason) -> nothing(Trouble.Unresolved.Kind.NULL_MX, reason);
            case MailHosts.NotFound(String reason) -> nothing(Trouble.Unresolved.Kind.NO_SUCH_HOST, reason);
            case MailHosts.TryAgain(String reason) -> nothing(Trouble.Unresolved.Kind.TRY_AGAIN, reason);
            case MailHosts.LoopsBack(String reason) -> nothing(Trouble.Unresolved.Kind.LOOPS_BACK, reason);
        };
    }

    private static Found places(List<MailHosts.Host> hosts, int usualPort, boolean selfListed, boolean mayLoop) {
        List<Candidate> candidates = new ArrayList<>();
        int best = hosts.getFirst().preference();
        for (MailHosts.Host host : hosts) {
            int port = host.port() == 0 ? usualPort : host.port();
            Peer peer = new Peer(host.name(), host.address().getHostAddress(), port);
            candidates.add(new Candidate.Tcp(peer, new InetSocketAddress(host.address(), port),
                    host.preference() == best, mayLoop));
        }
        return new Found.Places(candidates, selfListed);
    }

    private static Found nothing(Trouble.Unresolved.Kind kind, String reason) {
        return new Found.Nothing(new Trouble.Unresolved(kind, reason));
    }

    private int port(String text) {
        Integer known = knownPorts.get(text);
        if (known != null) {
            return known;
        }
        try {
            int number = Integer.parseInt(text);
            return number > 0 && number < 65536 ? number : -1;
        } catch (NumberFormatException _) {
            return -1;
        }
    }
}
