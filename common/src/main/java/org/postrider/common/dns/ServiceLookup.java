package org.postrider.common.dns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hosts and ports of a service in a domain, by SRV records (RFC 2782): lowest priority first, within one priority by chance, in
 * proportion to the weights. Safe for many threads if the random generator is.
 */
public final class ServiceLookup {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceLookup.class);

    /**
     * The parameters that matter here.
     *
     * @param services {@code use_srv_lookup}: names of services that are looked up so
     * @param ignoreError {@code ignore_srv_lookup_error}: a failed look-up is as good as none
     * @param allowFallback {@code allow_srv_lookup_fallback}: so is one that finds nothing
     */
    public record Settings(Set<String> services, boolean ignoreError, boolean allowFallback) {}

    private final Resolver resolver;
    private final HostLookup hosts;
    private final MxLookup exchangers;
    private final Settings settings;
    private final RandomGenerator random;

    /**
     * A look-up for one service.
     *
     * @param exchangers knows which of the hosts found are nearer to the destination than this system, and how many are enough
     */
    public ServiceLookup(Resolver resolver, HostLookup hosts, MxLookup exchangers, Settings settings,
            RandomGenerator random) {
        this.resolver = resolver;
        this.hosts = hosts;
        this.exchangers = exchangers;
        this.settings = settings;
        this.random = random;
    }

    /** True when hosts of this service are looked up by SRV records. */
    public boolean knows(String service) {
        return settings.services().contains(service);
    }

    /**
     * The hosts of a service.
     *
     * @param noLoop as in {@link MxLookup#domain}
     * @param otherwise how hosts are found without SRV records, where the settings allow that
     */
    public MailHosts find(String service, String domain, boolean noLoop,
            BiFunction<String, Boolean, MailHosts> otherwise) {
        return switch (resolver.lookup("_" + service + "._tcp." + domain, RecordType.SRV)) {
            case DnsAnswer.Answers answers -> found(service, domain, ordered(answers), noLoop);
            case DnsAnswer.NoData(String reason) -> missing(domain, noLoop, reason, otherwise);
            case DnsAnswer.NxDomain(String reason) -> missing(domain, noLoop, reason, otherwise);
            case DnsAnswer.TryAgain(String reason) -> settings.ignoreError() || settings.allowFallback()
                    ? otherwise.apply(domain, noLoop)
                    : new MailHosts.TryAgain(MxLookup.described(reason));
        };
    }

    private MailHosts missing(String domain, boolean noLoop, String reason,
            BiFunction<String, Boolean, MailHosts> otherwise) {
        return settings.allowFallback()
                ? otherwise.apply(domain, noLoop)
                : new MailHosts.NotFound(MxLookup.described(reason));
    }

    private MailHosts found(String service, String domain, List<DnsRecord.Service> servers, boolean noLoop) {
        if (servers.size() == 1 && servers.getFirst().target().isEmpty()) {
            return new MailHosts.NotFound("Service " + service + " is not available in domain " + domain);
        }
        List<MailHosts.Host> found = new ArrayList<>();
        String reason = "";
        boolean tryAgain = false;
        for (DnsRecord.Service server : servers) {
            switch (hosts.lookup(server.target())) {
                case DnsAnswer.Answers addresses -> {
                    for (InetAddress address : addresses.addresses()) {
                        found.add(new MailHosts.Host(server.target(), address, server.priority(), server.port()));
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
            LOG.warn("no SRV host for {} in {} has a valid address record", service, domain);
            return tryAgain
                    ? new MailHosts.TryAgain(MxLookup.described(reason))
                    : new MailHosts.NotFound(MxLookup.described(reason));
        }
        return exchangers.inThisOrder(domain, found, noLoop);
    }

    /** RFC 2782, "Weight": of those that are left the next is drawn, each as likely as its weight says. */
    private List<DnsRecord.Service> ordered(DnsAnswer.Answers answers) {
        List<DnsRecord.Service> left = new ArrayList<>();
        for (DnsRecord entry : answers.records()) {
            if (entry instanceof DnsRecord.Service server) {
                left.add(server);
            }
        }
        // Those without weight come first, so that a draw of 0 can hit them.
        left.sort(Comparator.comparingInt(DnsRecord.Service::priority).thenComparingInt(DnsRecord.Service::weight));
        List<DnsRecord.Service> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            int priority = left.getFirst().priority();
            int sum = left.stream().filter(server -> server.priority() == priority)
                    .mapToInt(DnsRecord.Service::weight).sum();
            int drawn = random.nextInt(sum + 1);
            int at = 0;
            for (int running = left.getFirst().weight(); running < drawn; running += left.get(at).weight()) {
                at++;
            }
            ordered.add(left.remove(at));
        }
        return ordered;
    }
}
