package org.postrider.smtpd;

import java.net.InetAddress;
import java.util.Optional;
import org.postrider.common.dns.ClientName;

/**
 * Who is at the other end.
 *
 * @param name what the address is called, as far as the forward look-up confirms it
 * @param address of the client; empty for a stand-alone session
 * @param port in decimal, empty when unknown
 * @param serverAddress our own address of the connection, empty when unknown
 * @param serverPort in decimal, empty when unknown
 */
record Client(ClientName name, Optional<InetAddress> address, String port, String serverAddress, String serverPort) {
    /** The user of {@code sendmail -bs}. */
    static final Client STAND_ALONE = new Client(
            new ClientName("localhost", "localhost", ClientName.Status.OK, ClientName.Status.OK, Optional.empty()),
            Optional.empty(), "", "", "");

    /** The address as text; {@code 127.0.0.1} for a stand-alone session. */
    String addressText() {
        return address.map(Client::text).orElse("127.0.0.1");
    }

    /** {@code name[address]}, as log lines and replies have it. */
    String title() {
        return name.name() + "[" + addressText() + "]";
    }

    /** The address as in Received headers and HELO: IPv6 with a tag. */
    String literal() {
        return isIpv6() ? "IPv6:" + addressText() : addressText();
    }

    boolean isIpv6() {
        return address.isPresent() && address.get().getAddress().length == 16;
    }

    /** An address as mail writes it: the short form of IPv6, without a zone. */
    static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        String bare = zone < 0 ? text : text.substring(0, zone);
        return bare.indexOf(':') < 0 ? bare : Ipv6Text.shortest(bare);
    }
}
