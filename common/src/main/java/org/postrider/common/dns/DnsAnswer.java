package org.postrider.common.dns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What the domain name system says. The reason of a failure is the text operators know from log lines, without the
 * SMTP client's {@code Host or domain name not found. } in front.
 */
public sealed interface DnsAnswer {
    /** At least one record; the canonical name is what the aliases led to. */
    record Answers(String canonicalName, List<DnsRecord> records) implements DnsAnswer {
        public Answers {
            records = List.copyOf(records);
        }

        /** The addresses among the records. */
        public List<InetAddress> addresses() {
            List<InetAddress> found = new ArrayList<>();
            for (DnsRecord entry : records) {
                if (entry instanceof DnsRecord.Host(InetAddress address)) {
                    found.add(address);
                }
            }
            return found;
        }
    }

    /** The name exists and has no such record. */
    record NoData(String reason) implements DnsAnswer {}

    /** The name does not exist, or is no name at all. */
    record NxDomain(String reason) implements DnsAnswer {}

    /** Nobody could say; the caller defers. */
    record TryAgain(String reason) implements DnsAnswer {}

    static NoData noData(String name, RecordType type) {
        return new NoData(reason(name, type, "Host found but no data record of requested type"));
    }

    static NxDomain nxDomain(String name, RecordType type) {
        return new NxDomain(reason(name, type, "Host not found"));
    }

    static TryAgain tryAgain(String name, RecordType type) {
        return new TryAgain(reason(name, type, "Host not found, try again"));
    }

    /** A filter dropped every record. */
    static TryAgain allFiltered(String name, RecordType type) {
        return new TryAgain("Error looking up name=" + name + " type=" + type
                + ": DNS reply filter drops all results");
    }

    /** A filter could not say which records count. */
    static TryAgain unfiltered(String name, RecordType type) {
        return new TryAgain("Error looking up name=" + name + " type=" + type + ": Invalid DNS reply filter syntax");
    }

    private static String reason(String name, RecordType type, String text) {
        return "Name service error for name=" + name + " type=" + type + ": " + text;
    }
}
