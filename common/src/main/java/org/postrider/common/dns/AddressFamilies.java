package org.postrider.common.dns;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Which protocols are in use: {@code inet_protocols}. */
public record AddressFamilies(boolean ipv4, boolean ipv6) {
    /** {@code all}, {@code ipv4}, {@code ipv6}, or both names in a list. */
    public static AddressFamilies of(String text) {
        List<String> words = List.of(text.toLowerCase(Locale.ROOT).strip().split("[,\\s]+", -1));
        boolean all = words.contains("all");
        return new AddressFamilies(all || words.contains("ipv4"), all || words.contains("ipv6"));
    }

    /** The records that have addresses of these, IPv4 first. */
    public List<RecordType> records() {
        return Stream.of(RecordType.A, RecordType.AAAA).filter(type -> type == RecordType.A ? ipv4 : ipv6).toList();
    }

    public boolean admits(InetAddress address) {
        return address instanceof Inet4Address ? ipv4 : ipv6;
    }
}
