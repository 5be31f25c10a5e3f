package org.postrider.common.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Addresses of a host, by {@code smtp_host_lookup}: {@code dns}, {@code native} (the system's own way: /etc/hosts and what
 * nsswitch.conf names), or both in order. A literal address is its own answer.
 */
public final class HostLookup {
    /** One way to find a host. */
    public enum Way {
        DNS, NATIVE
    }

    private final Resolver resolver;
    private final List<Way> ways;
    private final AddressFamilies families;

    public HostLookup(Resolver resolver, List<Way> ways, AddressFamilies families) {
        this.resolver = resolver;
        this.ways = List.copyOf(ways);
        this.families = families;
    }

    /** The value of {@code smtp_host_lookup}; an unknown word is an {@code IllegalArgumentException} that names it. */
    public static List<Way> ways(List<String> words) {
        List<Way> ways = new ArrayList<>();
        for (String word : words) {
            switch (word.toLowerCase(Locale.ROOT)) {
                case "dns" -> ways.add(Way.DNS);
                case "native" -> ways.add(Way.NATIVE);
                default -> throw new IllegalArgumentException("bad host lookup method: " + word);
            }
        }
        return ways;
    }

    /** All addresses of the families in use, IPv4 first. */
    public DnsAnswer lookup(String name) {
        if (looksLiteral(name)) {
            return literal(name);
        }
        DnsAnswer answer = DnsAnswer.nxDomain(name, RecordType.A);
        for (Way way : ways) {
            answer = switch (way) {
                case DNS -> byDns(name);
                case NATIVE -> byNative(name);
            };
            if (answer instanceof DnsAnswer.Answers) {
                return answer;
            }
        }
        return answer;
    }

    private DnsAnswer byDns(String name) {
        List<DnsRecord> found = new ArrayList<>();
        String canonicalName = name;
        DnsAnswer failure = DnsAnswer.nxDomain(name, RecordType.A);
        boolean tryAgain = false;
        for (RecordType type : families.records()) {
            DnsAnswer answer = resolver.lookup(name, type);
            if (answer instanceof DnsAnswer.Answers(String canonical, List<DnsRecord> records)) {
                found.addAll(records);
                canonicalName = canonical;
            } else if (!tryAgain || answer instanceof DnsAnswer.TryAgain) {
                failure = answer;
                tryAgain = answer instanceof DnsAnswer.TryAgain;
            }
        }
        return found.isEmpty() ? failure : new DnsAnswer.Answers(canonicalName, found);
    }

    /** getaddrinfo(3) would hold a virtual thread's carrier for seconds, so it gets a thread of its own. */
    private DnsAnswer byNative(String name) {
        FutureTask<InetAddress[]> question = new FutureTask<>(() -> InetAddress.getAllByName(name));
        Thread.ofPlatform().name("native host lookup").daemon().start(question);
        try {
            return admitted(name, question.get());
        } catch (ExecutionException failure) {
            return nativeFailure(name, Objects.requireNonNullElse(failure.getCause(), failure));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return DnsAnswer.tryAgain(name, RecordType.A);
        }
    }

    private DnsAnswer admitted(String name, InetAddress... addresses) {
        List<DnsRecord> found = new ArrayList<>();
        for (InetAddress address : addresses) {
            if (families.admits(address)) {
                found.add(new DnsRecord.Host(address));
            }
        }
        return found.isEmpty()
                ? new DnsAnswer.NoData("unable to look up host " + name + ": No address associated with hostname")
                : new DnsAnswer.Answers(name, found);
    }

    private static DnsAnswer nativeFailure(String name, Throwable cause) {
        String text = String.valueOf(cause.getMessage());
        String told = text.startsWith(name + ": ") ? text.substring(name.length() + 2) : "Name or service not known";
        String reason = "unable to look up host " + name + ": " + told;
        boolean temporary = !(cause instanceof UnknownHostException) || told.startsWith("Temporary");
        return temporary ? new DnsAnswer.TryAgain(reason) : new DnsAnswer.NxDomain(reason);
    }

    private DnsAnswer literal(String text) {
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            return families.admits(address)
                    ? new DnsAnswer.Answers(text, List.of(new DnsRecord.Host(address)))
                    : DnsAnswer.noData(text, address.getAddress().length == 4 ? RecordType.A : RecordType.AAAA);
        } catch (IllegalArgumentException _) {
            return DnsAnswer.nxDomain(text, RecordType.A);
        }
    }

    private static boolean looksLiteral(String name) {
        if (name.indexOf(':') >= 0) {
            return true;
        }
        return name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }
}
