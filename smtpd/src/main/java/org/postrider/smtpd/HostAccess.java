package org.postrider.smtpd;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.postrider.common.config.AsciiDomain;
import org.postrider.common.dns.DnsAnswer;
import org.postrider.common.dns.DnsRecord;
import org.postrider.common.dns.RecordType;
import org.postrider.common.dns.Resolver;
import org.postrider.common.lookup.LookupResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * check_*_mx_access, check_*_ns_access and check_*_a_access: looks for the mail hosts, the name servers or the addresses of a domain
 * in an access(5) table. They only refuse:
 * who has a good name server is not welcome for that, so a permitting result is a mistake.
 */
final class HostAccess implements Restriction {
    private static final Logger log = LoggerFactory.getLogger(HostAccess.class);

    /** Which hosts of a domain. */
    enum Kind {
        MX, NS, A
    }

    private final String restriction;
    private final Kind kind;
    private final Subject subject;
    private final Function<Inquiry, String> domain;
    private final AccessTables.Table table;
    private final AccessAction action;

    /**
     * @param restriction its name, for log lines
     * @param domain the domain that is asked about; empty for none
     */
    HostAccess(String restriction, Kind kind, Subject subject, Function<Inquiry, String> domain,
            AccessTables.Table table, RestrictionParser parser) {
        this.restriction = restriction;
        this.kind = kind;
        this.subject = subject;
        this.domain = domain;
        this.table = table;
        this.action = new AccessAction(table.name(), subject, parser);
    }

    @Override
    public Verdict ask(Inquiry inquiry) {
        String name = domain.apply(inquiry);
        if (name.isEmpty() || name.equals("unknown")) {
            return Verdict.DUNNO;
        }
        if (name.startsWith("[") && kind == Kind.NS) {
            return Verdict.DUNNO;
        }
        if (name.startsWith("[")) {
            String inner = name.substring(1, name.endsWith("]") ? name.length() - 1 : name.length());
            String address = inner.regionMatches(true, 0, "IPv6:", 0, 5) ? inner.substring(5) : inner;
            return decide(inquiry, table.client("", address));
        }
        for (String host : hosts(inquiry, name)) {
            Verdict verdict = host(inquiry, host);
            if (!(verdict instanceof Verdict.Dunno)) {
                return verdict;
            }
        }
        return Verdict.DUNNO;
    }

    private Verdict host(Inquiry inquiry, String host) {
        Verdict verdict = decide(inquiry, kind == Kind.A ? AccessTables.NOTHING : table.domain(host));
        if (!(verdict instanceof Verdict.Dunno)) {
            return verdict;
        }
        boolean found = false;
        String why = "Name or service not known";
        for (RecordType type : inquiry.session().settings().restrictions().families().records()) {
            DnsAnswer answer = inquiry.site().resolver().lookup(host, type);
            if (answer instanceof DnsAnswer.TryAgain) {
                why = "Temporary failure in name resolution";
            } else if (answer instanceof DnsAnswer.NoData && !why.startsWith("Temporary")) {
                why = "No address associated with hostname";
            }
            if (answer instanceof DnsAnswer.Answers answers) {
                found = true;
                for (DnsRecord record : answers.records()) {
                    Verdict byAddress = record instanceof DnsRecord.Host(var address)
                            ? decide(inquiry, table.client("", Client.text(address)))
                            : Verdict.DUNNO;
                    if (!(byAddress instanceof Verdict.Dunno)) {
                        return byAddress;
                    }
                }
            }
        }
        if (!found && kind != Kind.A) {
            log.warn("Unable to look up {} host {} for {} {}: {}", kind, AsciiDomain.of(host, false).orElse(host),
                    subject.words(), named(inquiry), why);
        }
        return Verdict.DUNNO;
    }

    /** The client, name or address that the domain belongs to. */
    private String named(Inquiry inquiry) {
        return subject == Subject.CLIENT ? domain.apply(inquiry) : inquiry.name(subject);
    }

    private Verdict decide(Inquiry inquiry, LookupResult result) {
        return switch (result) {
            case LookupResult.NotFound() -> Verdict.DUNNO;
            case LookupResult.Unavailable _ -> {
                log.warn("{} lookup error for \"{}\"", table.name(), named(inquiry));
                yield inquiry.tableFailure(subject);
            }
            case LookupResult.Found(String value) -> {
                Verdict verdict = action.act(inquiry, value.strip());
                if (verdict instanceof Verdict.Permit) {
                    log.warn("restriction {} returns OK for {}", restriction, named(inquiry));
                    log.warn("this is not allowed for security reasons");
                    log.warn("use DUNNO instead of OK if you want to make an exception");
                    yield Verdict.badConfiguration();
                }
                yield verdict;
            }
        };
    }

    private List<String> hosts(Inquiry inquiry, String name) {
        Resolver resolver = inquiry.site().resolver();
        return switch (kind) {
            case A -> List.of(name);
            case MX -> {
                DnsAnswer answer = resolver.lookup(name, RecordType.MX);
                List<String> found = targets(answer);
                if (answer instanceof DnsAnswer.TryAgain) {
                    log.warn("Unable to look up MX host for {}: Host not found, try again", name);
                    yield found;
                }
                yield answer instanceof DnsAnswer.Answers ? found : List.of(name);
            }
            case NS -> nameServers(inquiry, name);
        };
    }

    /** The name servers of the zone that the name is in. */
    private List<String> nameServers(Inquiry inquiry, String name) {
        String zone = name;
        while (zone.indexOf('.') >= 0) {
            DnsAnswer answer = inquiry.site().resolver().lookup(zone, RecordType.NS);
            List<String> found = targets(answer);
            if (answer instanceof DnsAnswer.TryAgain) {
                log.warn("Unable to look up NS host for {}: Host not found, try again", zone);
            }
            if (!found.isEmpty() || answer instanceof DnsAnswer.TryAgain) {
                return found;
            }
            zone = zone.substring(zone.indexOf('.') + 1);
        }
        log.warn("Unable to look up NS host for {}: Host not found", named(inquiry));
        return List.of();
    }

    private static List<String> targets(DnsAnswer answer) {
        List<String> names = new ArrayList<>();
        if (answer instanceof DnsAnswer.Answers answers) {
            for (DnsRecord record : answers.records()) {
                switch (record) {
                    case DnsRecord.Mx(_, String exchange) -> names.add(exchange);
                    case DnsRecord.NameServer(String target) -> names.add(target);
                    case DnsRecord.Host _,DnsRecord.Pointer _,DnsRecord.Alias _,DnsRecord.Text _,DnsRecord.Service _ -> {
                        // Not asked for.
                    }
                }
            }
        }
        names.removeIf(String::isEmpty);
        return names;
    }
}
