package org.postrider.smtpd;

import java.io.IOException;
import org.postrider.common.dns.DomainName;
import org.postrider.common.ipc.ResolveAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of a command with an address that is none. */
final class AddressSyntax {
    private static final Logger log = LoggerFactory.getLogger(AddressSyntax.class);

    private AddressSyntax() {}

    /**
     * True when trivial-rewrite finds no meaning in the address: its domain can be none, or its local part begins with a hyphen. Most
     * addresses show that they have one without being asked about; while nobody answers, all have.
     *
     * @param utf8 SMTPUTF8 was said, without which a domain is ASCII
     */
    static boolean isMeaningless(Session session, String address, boolean utf8) {
        if (address.isEmpty() || speaksForItself(address)) {
            return false;
        }
        try {
            ResolveAnswer answer = session.site().addresses().resolve(session.transaction().sender(), address);
            return answer.has(ResolveAnswer.ERROR)
                    || (!utf8 && Utf8.isNotAscii(AddressText.domain(answer.recipient())));
        } catch (IOException e) {
            log.warn("address resolve service: {}", String.valueOf(e.getMessage()));
            return false;
        }
    }

    /** True when trivial-rewrite would not change the address. */
    static boolean isComplete(String address) {
        int at = address.indexOf('@');
        return at > 0 && speaksForItself(address) && address.indexOf('.', at) > 0 && !address.endsWith(".");
    }

    private static boolean speaksForItself(String address) {
        int at = address.indexOf('@');
        return address.charAt(0) != '-' && address.indexOf('%') < 0 && address.indexOf('!') < 0
                && (at < 0 || (at > 0 && DomainName.valid(address.substring(at + 1))));
    }

    /**
     * The refusal, which is logged.
     *
     * @param text the address as it was sent; empty when it has no end, which is not logged
     */
    static Outcome refuse(Session session, String verb, String text) {
        if (!text.isEmpty()) {
            log.warn("Illegal address syntax from {} in {} command: {}", session.peer(), verb, text);
        }
        return verb.equals("MAIL")
                ? Outcome.error(501, "5.1.7", "Bad sender address syntax")
                : Outcome.error(501, "5.1.3", "Bad recipient address syntax");
    }
}
