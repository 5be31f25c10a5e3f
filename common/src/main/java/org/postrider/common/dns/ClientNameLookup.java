package org.postrider.common.dns;

import java.net.InetAddress;

/**
 * From a client's address to its name and back: PTR, then the addresses of that name, one of which must be the client's.
 * Both ways look into hosts(5) first, as the system's look-ups do.
 */
public final class ClientNameLookup {
    private final Resolver resolver;
    private final HostsFile hosts;

    public ClientNameLookup(Resolver resolver, HostsFile hosts) {
        this.resolver = resolver;
        this.hosts = hosts;
    }

    public ClientName lookup(InetAddress address) {
        String listed = hosts.name(address).orElse("");
        if (!listed.isEmpty()) {
            return confirm(address, listed);
        }
        return switch (resolver.lookup(ReverseName.of(address), RecordType.PTR)) {
            case DnsAnswer.Answers answers -> confirm(address, pointer(answers));
            case DnsAnswer.NoData _,DnsAnswer.NxDomain _ -> ClientName.nameless(ClientName.Status.PERMANENT);
            case DnsAnswer.TryAgain _ -> ClientName.nameless(ClientName.Status.TEMPORARY);
        };
    }

    private static String pointer(DnsAnswer.Answers answers) {
        for (DnsRecord entry : answers.records()) {
            if (entry instanceof DnsRecord.Pointer(String target)) {
                return target;
            }
        }
        return "";
    }

    private ClientName confirm(InetAddress address, String name) {
        if (!DomainName.valid(name)) {
            return ClientName.nameless(ClientName.Status.PERMANENT);
        }
        if (hosts.addresses(name).contains(address)) {
            return ClientName.confirmed(name);
        }
        RecordType type = address.getAddress().length == 4 ? RecordType.A : RecordType.AAAA;
        String complaint = "hostname " + name + " does not resolve to address " + address.getHostAddress();
        return switch (resolver.lookup(name, type)) {
            case DnsAnswer.Answers answers -> answers.addresses().contains(address)
                    ? ClientName.confirmed(name)
                    : ClientName.unconfirmed(name, ClientName.Status.PERMANENT, complaint);
            case DnsAnswer.NoData _,DnsAnswer.NxDomain _ -> ClientName.unconfirmed(name, ClientName.Status.PERMANENT,
                    complaint + ": Name or service not known");
            case DnsAnswer.TryAgain _ -> ClientName.unconfirmed(name, ClientName.Status.TEMPORARY,
                    complaint + ": Temporary failure in name resolution");
        };
    }
}
