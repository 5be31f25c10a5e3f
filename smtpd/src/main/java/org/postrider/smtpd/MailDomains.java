package org.postrider.smtpd;

import java.util.List;
import org.postrider.common.dns.DnsAnswer;
import org.postrider.common.dns.DnsRecord;
import org.postrider.common.dns.RecordType;
import org.postrider.common.dns.Resolver;

/** Whether a domain can have mail: MX, then A and AAAA. Safe for many threads. */
final class MailDomains {
    /** What the domain name system says. */
    enum Standing {
        /** There is something to deliver to. */
        KNOWN,
        /** The domain says that it takes no mail (RFC 7505). */
        NO_MAIL,
        /** There is nothing. */
        UNKNOWN,
        /** Nobody could say. */
        TRY_AGAIN
    }

    private final Resolver resolver;

    MailDomains(Resolver resolver) {
        this.resolver = resolver;
    }

    Standing mailDomain(String domain) {
        return switch (resolver.lookup(domain, RecordType.MX)) {
            case DnsAnswer.Answers answers -> takesNoMail(answers.records()) ? Standing.NO_MAIL : Standing.KNOWN;
            case DnsAnswer.NxDomain _ -> Standing.UNKNOWN;
            case DnsAnswer.TryAgain _ -> Standing.TRY_AGAIN;
            case DnsAnswer.NoData _ -> host(domain);
        };
    }

    private static boolean takesNoMail(List<DnsRecord> records) {
        return records.size() == 1 && records.getFirst() instanceof DnsRecord.Mx(_, String exchange)
                && exchange.isEmpty();
    }

    private Standing host(String name) {
        Standing standing = Standing.UNKNOWN;
        for (RecordType type : List.of(RecordType.A, RecordType.AAAA)) {
            DnsAnswer answer = resolver.lookup(name, type);
            if (answer instanceof DnsAnswer.Answers) {
                return Standing.KNOWN;
            }
            if (answer instanceof DnsAnswer.TryAgain) {
                standing = Standing.TRY_AGAIN;
            }
        }
        return standing;
    }
}
