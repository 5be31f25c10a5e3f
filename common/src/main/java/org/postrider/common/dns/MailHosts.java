package org.postrider.common.dns;

import java.net.InetAddress;
import java.util.List;

/** Where mail for a destination goes, or why it can't. Reasons are the text for the recipient's status. */
public sealed interface MailHosts {
    /**
     * One address of one mail host.
     *
     * @param preference that of its MX record or the priority of its SRV record, 0 without one
     * @param port that of its SRV record; 0 for the one that the destination names
     */
    record Host(String name, InetAddress address, int preference, int port) {
        Host(String name, InetAddress address, int preference) {
            this(name, address, preference, 0);
        }
    }

    /**
     * In the order in which they are to be tried; never empty.
     *
     * @param selfListed this system is a mail exchanger of the domain too, with a worse preference
     */
    record Found(List<Host> hosts, boolean selfListed) implements MailHosts {
        public Found {
            hosts = List.copyOf(hosts);
        }
    }

    /** The domain says that it takes no mail: RFC 7505. */
    record NoMail(String reason) implements MailHosts {}

    /** No such domain, or none of its hosts has an address. */
    record NotFound(String reason) implements MailHosts {}

    /** Look-up trouble that may pass. */
    record TryAgain(String reason) implements MailHosts {}

    /** This system is the best host for the domain, and doesn't know it. */
    record LoopsBack(String reason) implements MailHosts {}
}
