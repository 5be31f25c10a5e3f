package org.postrider.common.dns;

import java.net.InetAddress;

/** The names under in-addr.arpa and ip6.arpa (RFC 1035 section 3.5, RFC 3596), and their like in block lists (RFC 5782). */
public final class ReverseName {
    private ReverseName() {}

    /** {@code 1.2.0.192.in-addr.arpa} for 192.0.2.1. */
    public static String of(InetAddress address) {
        return under(address, address.getAddress().length == 4 ? "in-addr.arpa" : "ip6.arpa");
    }

    /** The reversed address below any domain. */
    public static String under(InetAddress address, String domain) {
        byte[] bytes = address.getAddress();
        StringBuilder name = new StringBuilder();
        for (int i = bytes.length - 1; i >= 0; i--) {
            int value = bytes[i] & 0xff;
            if (bytes.length == 4) {
                name.append(value).append('.');
            } else {
                name.append(Character.forDigit(value & 0xf, 16)).append('.');
                name.append(Character.forDigit(value >> 4, 16)).append('.');
            }
        }
        return name.append(domain).toString();
    }
}
