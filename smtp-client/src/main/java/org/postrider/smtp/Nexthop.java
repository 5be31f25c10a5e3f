package org.postrider.smtp;

import java.util.ArrayList;
import java.util.List;

/** One next-hop destination, in the syntax of smtp(8). Port texts are numbers or service names; empty is the default. */
sealed interface Nexthop {
    /** The domain, host or socket, without port and brackets. */
    default String peerName() {
        return switch (this) {
            case Domain(_, String domain, _) -> domain;
            case Host(_, String host, _) -> host;
            case Socket(_, String path) -> path;
        };
    }

    /** The text as the administrator or the address gave it; also the name under which sessions are kept. */
    String text();

    /** A mail domain: its exchangers are looked up. */
    record Domain(String text, String name, String port) implements Nexthop {}

    /** One host, without regard to mail exchangers: {@code [name]}, {@code [address]}, and every LMTP host. */
    record Host(String text, String name, String port) implements Nexthop {}

    /** A Unix-domain socket; a relative path is relative to the queue directory. */
    record Socket(String text, String path) implements Nexthop {}

    /** Destinations separated by comma or white space, in order. */
    static List<Nexthop> list(String text, Protocol protocol) {
        List<Nexthop> destinations = new ArrayList<>(1);
        for (String word : text.split("[,\\s]+", -1)) {
            if (!word.isEmpty()) {
                destinations.add(of(word, protocol));
            }
        }
        return destinations;
    }

    private static Nexthop of(String text, Protocol protocol) {
        if (text.startsWith("unix:")) {
            return new Socket(text, text.substring(5));
        }
        String rest = text.startsWith("inet:") ? text.substring(5) : text;
        boolean oneHost = protocol == Protocol.LMTP;
        String name = rest;
        String port = "";
        int bracket = rest.startsWith("[") ? rest.indexOf(']') : -1;
        if (bracket > 0) {
            oneHost = true;
            name = withoutTag(rest.substring(1, bracket));
            port = rest.startsWith(":", bracket + 1) ? rest.substring(bracket + 2) : "";
        } else {
            int colon = rest.lastIndexOf(':');
            if (colon >= 0) {
                name = rest.substring(0, colon);
                port = rest.substring(colon + 1);
            }
        }
        return oneHost ? new Host(text, name, port) : new Domain(text, name, port);
    }

    /** {@code ipv6:} marks an address literal: RFC 5321 section 4.1.3. */
    private static String withoutTag(String literal) {
        return literal.regionMatches(true, 0, "ipv6:", 0, 5) ? literal.substring(5) : literal;
    }
}
