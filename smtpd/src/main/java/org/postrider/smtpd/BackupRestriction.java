package org.postrider.smtpd;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postrider.common.dns.DnsAnswer;
import org.postrider.common.dns.DnsRecord;
import org.postrider.common.dns.RecordType;
import org.postrider.common.dns.Resolver;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.lookup.MatchList;

/**
 * permit_mx_backup: mail is taken for domains that this system is responsible for, and for those whose mail exchangers name it as
 * a second choice.
 */
final class BackupRestriction {
    private BackupRestriction() {}

    static Verdict permit(Inquiry inquiry) {
        if (inquiry.recipient().isEmpty()) {
            return Verdict.DUNNO;
        }
        Optional<ResolveAnswer> answer = inquiry.resolve(inquiry.recipient());
        if (answer.isEmpty()) {
            return inquiry.lookupFailure(Subject.RECIPIENT);
        }
        if (RelayRestrictions.isRouted(inquiry, answer.get())) {
            return Verdict.DUNNO;
        }
        if (RelayRestrictions.isOurs(inquiry, answer.get())) {
            return Verdict.PERMIT;
        }
        String domain = AddressText.domain(answer.get().recipient());
        return domain.isEmpty() || domain.startsWith("[") ? Verdict.DUNNO : backup(inquiry, domain);
    }

    private static Verdict backup(Inquiry inquiry, String domain) {
        return switch (inquiry.site().resolver().lookup(domain, RecordType.MX)) {
            case DnsAnswer.Answers answers -> among(inquiry, exchangers(answers));
            case DnsAnswer.NxDomain _,DnsAnswer.NoData _ -> Verdict.DUNNO;
            case DnsAnswer.TryAgain _ -> later(inquiry,
                    "Unable to look up mail exchanger information: Host not found, try again");
        };
    }

    private static Verdict later(Inquiry inquiry, String text) {
        return inquiry.deferIfReject(inquiry.rejection(Subject.RECIPIENT, 450, "4.4.4", text));
    }

    private static List<DnsRecord.Mx> exchangers(DnsAnswer.Answers answers) {
        List<DnsRecord.Mx> found = new ArrayList<>();
        for (DnsRecord record : answers.records()) {
            if (record instanceof DnsRecord.Mx mx && !mx.exchange().isEmpty()) {
                found.add(mx);
            }
        }
        return found;
    }

    private static Verdict among(Inquiry inquiry, List<DnsRecord.Mx> exchangers) {
        int best = exchangers.stream().mapToInt(DnsRecord.Mx::preference).min().orElse(0);
        Site site = inquiry.site();
        boolean second = false;
        String missing = "";
        for (DnsRecord.Mx one : exchangers) {
            boolean primary = one.preference() == best;
            List<InetAddress> addresses = new ArrayList<>();
            String trouble = addresses(site.resolver(), one.exchange(), addresses);
            if (addresses.isEmpty()) {
                missing = "Unable to look up mail exchanger host " + one.exchange() + ": " + trouble;
                if (primary && site.backupNetworks().isPresent()) {
                    return later(inquiry, missing);
                }
                continue;
            }
            if (primary && !inNetworks(site, one.exchange(), addresses)) {
                return Verdict.DUNNO;
            }
            boolean own = addresses.stream().anyMatch(site.ownAddresses());
            if (own && primary) {
                return Verdict.DUNNO;
            }
            second |= own;
        }
        if (second) {
            return Verdict.PERMIT;
        }
        return missing.isEmpty() ? Verdict.DUNNO : later(inquiry, missing);
    }

    /** permit_mx_backup_networks, where it is set, must have all addresses of the domain's first exchangers. */
    private static boolean inNetworks(Site site, String host, List<InetAddress> addresses) {
        Optional<MatchList> networks = site.backupNetworks();
        return networks.isEmpty() || addresses.stream()
                .allMatch(address -> networks.get().match(host, Client.text(address)).matches());
    }

    /** Collects the addresses of a host; when there are none, the reason in the words of getaddrinfo(3). */
    private static String addresses(Resolver resolver, String host, List<InetAddress> found) {
        String trouble = "Name or service not known";
        for (RecordType type : List.of(RecordType.A, RecordType.AAAA)) {
            switch (resolver.lookup(host, type)) {
                case DnsAnswer.Answers answers -> found.addAll(answers.addresses());
                case DnsAnswer.TryAgain _ -> trouble = "Temporary failure in name resolution";
                case DnsAnswer.NoData _ -> trouble = "No address associated with hostname";
                case DnsAnswer.NxDomain _ -> {
                    // As it was said before, unless the other type told more.
                }
            }
        }
        return trouble;
    }
}
