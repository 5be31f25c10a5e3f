package org.postrider.rewrite;

/**
 * The right-hand side of a transport table or parameter, transport(5).
 *
 * @param transport empty for no change
 * @param nexthop empty when none is given
 */
record Destination(String transport, String nexthop) {
    static Destination parse(String text) {
        int colon = text.indexOf(':');
        String transport = (colon < 0 ? text : text.substring(0, colon)).strip();
        String nexthop = colon < 0 ? "" : text.substring(colon + 1).strip();
        boolean speaks = transport.equals("error") || transport.equals("retry");
        return new Destination(transport, speaks && nexthop.isEmpty() ? "Address is undeliverable" : nexthop);
    }

    boolean changesNothing() {
        return transport.isEmpty() && nexthop.isEmpty();
    }
}
