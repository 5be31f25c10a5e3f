package org.postrider.smtpd;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Where the message of a transaction came from before it came to the client that passes it on (XFORWARD_README); for log lines, not
 * for decisions. An empty part is not known.
 *
 * @param source {@code local} or {@code remote}: whether headers are completed as our own
 */
record Forwarded(String name, String address, String port, String protocol, String helo, String ident,
        String source) {
    static final Forwarded NOTHING = new Forwarded("", "", "", "", "", "", "");
    /** The attributes of XCLIENT, in the order in which they are announced. */
    static final List<String> XCLIENT = List.of("NAME", "ADDR", "PROTO", "HELO", "REVERSE_NAME", "PORT", "LOGIN",
            "DESTADDR", "DESTPORT");
    /** Those of XFORWARD. */
    static final List<String> XFORWARD = List.of("NAME", "ADDR", "PROTO", "HELO", "SOURCE", "PORT", "IDENT");

    /** An address of XCLIENT or XFORWARD, IPv6 with a tag; empty when it is none. */
    static Optional<InetAddress> address(String text) {
        boolean tagged = text.regionMatches(true, 0, "IPV6:", 0, 5);
        String bare = tagged ? text.substring(5) : text;
        if (!HeloRestrictions.validAddress(bare) || tagged != bare.indexOf(':') >= 0) {
            return Optional.empty();
        }
        return Optional.of(OwnAddresses.plain(InetAddress.ofLiteral(bare)));
    }

    static boolean isPort(String text) {
        return text.matches("\\d{1,5}") && Integer.parseInt(text) < 65536;
    }

    /** {@code name[address]}; the name alone when the address is not known. */
    String title() {
        String known = name.isEmpty() ? "unknown" : name;
        return address.isEmpty() ? known : known + "[" + address + "]";
    }
}
