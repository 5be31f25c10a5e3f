package org.postrider.common.dns;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mail exchangers of a domain (RFC 5321 section 5.1): best preference first, equals in random order, hosts not better than
 * this system left out. A domain without MX records is its own exchanger.
 */
public final class MxLookup {
    private static final Logger LOG = LoggerFactory.getLogger(MxLookup.class);
    private static final String NOT_FOUND = "Host or domain name not found. ";

    /**
     * The parameters that matter here.
     *
     * @param ignoreMxLookupError {@code ignore_mx_lookup_error}: a failed MX look-up counts as no MX record
     * @param deferWithoutAddress {@code smtp_defer_if_no_mx_address_found}
     * @param randomize {@code smtp_randomize_addresses}
     * @param preference {@code smtp_address_preference}: any, ipv4 or ipv6
     * @param balance {@code smtp_balance_inet_protocols}: both protocols are within the first {@code addressLimit}
     * @param addressLimit {@code smtp_mx_address_limit}; 0 is no limit
     * @param canonicalNames {@code smtp_cname_overrides_servername}: a host is called what its alias leads to
     */
    public record Settings(boolean ignoreMxLookupError, boolean deferWithoutAddress, boolean randomize,
            String preference, boolean balance, int addressLimit, boolean canonicalNames) {}

    private final Resolver resolver;
    private final HostLookup hosts;
    private final Settings settings;
    private final RandomGenerator random;
    private final Predicate<InetAddress> own;

    /** {@code own} knows the addresses on which this system itself receives mail. */
    public MxLookup(Resolver resolver, HostLookup hosts, Settings settings, RandomGenerator random,
            Predicate<InetAddress> own) {
        this.resolver = resolver;
        this.hosts = hosts;
        this.settings = settings;
        this.random = random;
        this.own = own;
    }

    /**
     * The hosts of a mail domain.
     *
     * @param noLoop leave out this system and hosts not better than it; not wanted for ports that are not the mail port
     */
    public MailHosts domain(String domain, boolean noLoop) {
        return switch (resolver.lookup(domain, RecordType.MX)) {
            case DnsAnswer.Answers answers -> exchangers(domain, answers, noLoop);
            case DnsAnswer.NoData _,DnsAnswer.NxDomain _ -> host(domain, noLoop);
            case DnsAnswer.TryAgain(String reason) -> settings.ignoreMxLookupError()
                    ? host(domain, noLoop)
                    : new MailHosts.TryAgain(described(reason));
        };
    }

    /** The addresses of one host, without regard to MX records: {@code [host]}. */
    public MailHosts host(String name, boolean noLoop) {
        return switch (hosts.lookup(name)) {
            case DnsAnswer.Answers answers -> {
                List<MailHosts.Host> found = new ArrayList<>();
                for (InetAddress address : answers.addresses()) {
                    found.add(new MailHosts.Host(called(name, answers), address, 0));
                }
                yield withoutSelf(name, found, noLoop);
            }
            case DnsAnswer.NoData(String reason) -> new MailHosts.NotFound(described(reason));
            case DnsAnswer.NxDomain(String reason) -> new MailHosts.NotFound(described(reason));
            case DnsAnswer.TryAgain(String reason) -> new MailHosts.TryAgain(described(reason));
        };
    }

    private String called(String name, DnsAnswer.Answers answers) {
        return settings.canonicalNames() ? answers.canonicalName() : name;
    }

    /** Native look-ups and filters bring a whole sentence of their own. */
    static String described(String reason) {
        return reason.startsWith("unable") || reason.startsWith("Error") ? reason : NOT_FOUND + reason;
    }

    private MailHosts exchangers(String domain, DnsAnswer.Answers answers, boolean noLoop) {
        List<DnsRecord.Mx> exchangers = new ArrayList<>();
        for (DnsRecord entry : answers.records()) {
            if (entry instanceof DnsRecord.Mx exchanger) {
                exchangers.add(exchanger);
            }
        }
        if (exchangers.size() == 1 && exchangers.getFirst().exchange().isEmpty()) {
            return new MailHosts.NoMail("Domain " + domain + " does not accept mail (nullMX)");
        }
        exchangers.sort(Comparator.comparingInt(DnsRecord.Mx::preference));
        List<MailHosts.Host> found = new ArrayList<>();
        String reason = "";
        boolean tryAgain = settings.deferWithoutAddress();
        for (DnsRecord.Mx exchanger : exchangers) {
            switch (hosts.lookup(exchanger.exchange())) {
                case DnsAnswer.Answers addresses -> {
                    for (InetAddress address : addresses.addresses()) {
                        found.add(new MailHosts.Host(called(exchanger.exchange(), addresses), address,
                                exchanger.preference()));
                    }
                }
                case DnsAnswer.NoData(String text) -> reason = text;
                case DnsAnswer.NxDomain(String text) -> reason = text;
                case DnsAnswer.TryAgain(String text) -> {
                    reason = text;
                    tryAgain = true;
                }
            }
        }
        if (found.isEmpty()) {
            LOG.warn("no MX host for {} has a valid address record", domain);
            return tryAgain
                    ? new MailHosts.TryAgain(described(reason))
                    : new MailHosts.NotFound(described(reason));
        }
        return withoutSelf(domain, found, noLoop);
    }

    private MailHosts withoutSelf(String domain, List<MailHosts.Host> found, boolean noLoop) {
        return inThisOrder(domain, ordered(found), noLoop);
    }

    /** Hosts that are sorted already, best preference first, without this system and hosts not better than it. */
    MailHosts inThisOrder(String domain, List<MailHosts.Host> found, boolean noLoop) {
        List<MailHosts.Host> better = noLoop ? betterThanSelf(found) : found;
        return better.isEmpty()
                ? new MailHosts.LoopsBack("mail for " + domain + " loops back to myself")
                : new MailHosts.Found(limited(better), better.size() < found.size());
    }

    /** Only hosts with a better preference than this system's own bring the mail closer to its end. */
    private List<MailHosts.Host> betterThanSelf(List<MailHosts.Host> found) {
        int self = Integer.MAX_VALUE;
        for (MailHosts.Host host : found) {
            if (own.test(host.address())) {
                self = Math.min(self, host.preference());
            }
        }
        int limit = self;
        return found.stream().filter(host -> host.preference() < limit).toList();
    }

    private List<MailHosts.Host> ordered(List<MailHosts.Host> found) {
        List<MailHosts.Host> hosts = new ArrayList<>(found);
        if (settings.randomize()) {
            Collections.shuffle(hosts, random);
        }
        hosts.sort(Comparator.comparingInt(MailHosts.Host::preference).thenComparingInt(this::familyRank));
        return hosts;
    }

    private int familyRank(MailHosts.Host host) {
        return switch (settings.preference()) {
            case "ipv4" -> isIpv4(host) ? 0 : 1;
            case "ipv6" -> isIpv4(host) ? 1 : 0;
            default -> 0;
        };
    }

    /** Cuts the list; with balance a protocol that would be cut away entirely gets the last place. */
    private List<MailHosts.Host> limited(List<MailHosts.Host> hosts) {
        int limit = settings.addressLimit();
        if (limit <= 0 || hosts.size() <= limit) {
            return hosts;
        }
        List<MailHosts.Host> kept = new ArrayList<>(hosts.subList(0, limit));
        if (settings.balance() && limit > 1) {
            boolean first = isIpv4(kept.getFirst());
            if (kept.stream().allMatch(host -> isIpv4(host) == first)) {
                hosts.stream().filter(host -> isIpv4(host) != first).findFirst()
                        .ifPresent(host -> kept.set(limit - 1, host));
            }
        }
        return kept;
    }

    private static boolean isIpv4(MailHosts.Host host) {
        return host.address() instanceof Inet4Address;
    }
}
