package org.postrider.smtpd;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.postrider.common.dns.DnsAnswer;
import org.postrider.common.dns.DnsRecord;
import org.postrider.common.dns.RecordType;
import org.postrider.common.dns.Resolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists of addresses and domains in the domain name system (RFC 5782). Safe for many threads; the resolver keeps answers. */
final class DnsLists {
    private static final Logger log = LoggerFactory.getLogger(DnsLists.class);

    /**
     * One list, {@code domain} or {@code domain=filter}.
     *
     * @param filter which answers count; empty for all. Octets of an address, each a number or {@code [a..b;c]}
     */
    record DnsList(String domain, String filter) {
        static DnsList parse(String argument) {
            int equals = argument.indexOf('=');
            return equals < 0
                    ? new DnsList(argument, "")
                    : new DnsList(argument.substring(0, equals), argument.substring(equals + 1));
        }

        /** As it is written in main.cf. */
        String text() {
            return filter.isEmpty() ? domain : domain + "=" + filter;
        }

        boolean counts(InetAddress answer) {
            return filter.isEmpty() || matches(Client.text(answer).split("\\.", -1), patterns());
        }

        private List<String> patterns() {
            List<String> parts = new ArrayList<>();
            StringBuilder part = new StringBuilder();
            boolean inside = false;
            for (int i = 0; i < filter.length(); i++) {
                char c = filter.charAt(i);
                inside = c == '[' || (inside && c != ']');
                if (c == '.' && !inside) {
                    parts.add(part.toString());
                    part.setLength(0);
                } else {
                    part.append(c);
                }
            }
            parts.add(part.toString());
            return parts;
        }

        private static boolean matches(String[] octets, List<String> patterns) {
            if (octets.length != 4 || patterns.size() != 4) {
                return false;
            }
            for (int i = 0; i < 4; i++) {
                if (!octet(Integer.parseInt(octets[i]), patterns.get(i))) {
                    return false;
                }
            }
            return true;
        }

        private static boolean octet(int value, String pattern) {
            boolean several = pattern.startsWith("[") && pattern.endsWith("]");
            String inner = several ? pattern.substring(1, pattern.length() - 1) : pattern;
            for (String range : inner.split(";", -1)) {
                String[] ends = range.split("\\.\\.", -1);
                try {
                    int low = Integer.parseInt(ends[0].strip());
                    int high = ends.length > 1 ? Integer.parseInt(ends[1].strip()) : low;
                    if (value >= low && value <= high) {
                        return true;
                    }
                } catch (NumberFormatException _) {
                    return false;
                }
            }
            return false;
        }
    }

    /** What a list says. */
    sealed interface Listing {
        /**
         * It is in the list.
         *
         * @param reason its TXT record; empty without one
         */
        record Listed(String reason) implements Listing {}

        record NotListed() implements Listing {}

        record Unknown() implements Listing {}
    }

    private final Resolver resolver;

    DnsLists(Resolver resolver) {
        this.resolver = resolver;
    }

    /** Looks for an address. */
    Listing address(DnsList list, InetAddress address) {
        return look(list, reversed(address) + "." + list.domain());
    }

    /** Looks for a domain. */
    Listing domain(DnsList list, String domain) {
        return look(list, domain + "." + list.domain());
    }

    private Listing look(DnsList list, String query) {
        return switch (resolver.lookup(query, RecordType.A)) {
            case DnsAnswer.Answers answers -> answers.records().stream().anyMatch(
                    record -> record instanceof DnsRecord.Host(InetAddress found) && list.counts(found))
                            ? new Listing.Listed(reason(query))
                            : new Listing.NotListed();
            case DnsAnswer.NxDomain _,DnsAnswer.NoData _ -> new Listing.NotListed();
            case DnsAnswer.TryAgain(String reason) -> {
                log.warn("{}: RBL lookup error: Host or domain name not found. {}", query, reason);
                yield new Listing.Unknown();
            }
        };
    }

    private String reason(String query) {
        if (resolver.lookup(query, RecordType.TXT) instanceof DnsAnswer.Answers answers) {
            Optional<String> text = answers.records().stream().filter(DnsRecord.Text.class::isInstance)
                    .map(record -> ((DnsRecord.Text) record).text()).findFirst();
            return text.orElse("").replaceAll("[\\x00-\\x1f\\x7f-\\xff]", "?");
        }
        return "";
    }

    /** {@code 1.2.0.192} for {@code 192.0.2.1}; single hexadecimal digits for IPv6. */
    static String reversed(InetAddress address) {
        byte[] bytes = address.getAddress();
        StringBuilder text = new StringBuilder();
        for (int i = bytes.length - 1; i >= 0; i--) {
            int b = bytes[i] & 0xff;
            text.append(text.isEmpty() ? "" : ".");
            if (bytes.length == 4) {
                text.append(b);
            } else {
                text.append(HexFormat.of().toLowHexDigit(b & 15)).append('.')
                        .append(HexFormat.of().toLowHexDigit(b >> 4));
            }
        }
        return text.toString();
    }
}
