package org.postrider.common.dns;

import java.net.InetAddress;

/** One resource record's content. Names have no final dot and keep their case. */
public sealed interface DnsRecord {
    /** A or AAAA. */
    record Host(InetAddress address) implements DnsRecord {}

    /** A mail exchanger; an empty exchange is the root name (RFC 7505). */
    record Mx(int preference, String exchange) implements DnsRecord {}

    /** NS. */
    record NameServer(String target) implements DnsRecord {}

    /** PTR. */
    record Pointer(String target) implements DnsRecord {}

    /** CNAME, when asked for by that type. */
    record Alias(String target) implements DnsRecord {}

    /** TXT, its strings joined without a gap; one char is one byte. */
    record Text(String text) implements DnsRecord {}

    /** SRV (RFC 2782). */
    record Service(int priority, int weight, int port, String target) implements DnsRecord {}
}
