package org.postrider.smtpd;

import java.net.InetAddress;
import org.postrider.common.dns.DomainName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restrictions about the name in HELO or EHLO. Before HELO they have no opinion. */
final class HeloRestrictions {
    private static final Logger log = LoggerFactory.getLogger(HeloRestrictions.class);

    private HeloRestrictions() {}

    static Verdict rejectInvalid(Inquiry inquiry) {
        String helo = inquiry.helo();
        if (helo.isEmpty()) {
            return Verdict.DUNNO;
        }
        if (isLiteral(helo)) {
            return validLiteral(helo)
                    ? Verdict.DUNNO
                    : refuse(inquiry, inquiry.codes().invalidHostname(), "5.5.2",
                            "invalid ip address");
        }
        return DomainName.valid(withoutDot(helo)) || validAddress(helo)
                ? Verdict.DUNNO
                : refuse(inquiry, inquiry.codes().invalidHostname(), "5.5.2", "Invalid name");
    }

    static Verdict rejectNonFqdn(Inquiry inquiry) {
        String helo = inquiry.helo();
        if (helo.isEmpty()) {
            return Verdict.DUNNO;
        }
        if (isLiteral(helo)) {
            return validLiteral(helo)
                    ? Verdict.DUNNO
                    : refuse(inquiry, inquiry.codes().nonFqdn(), "5.5.2",
                            "invalid ip address");
        }
        return isQualified(withoutDot(helo))
                ? Verdict.DUNNO
                : refuse(inquiry, inquiry.codes().nonFqdn(), "5.5.2", "need fully-qualified hostname");
    }

    static Verdict rejectUnknown(Inquiry inquiry) {
        String helo = inquiry.helo();
        if (helo.isEmpty() || isLiteral(helo)) {
            return Verdict.DUNNO;
        }
        // A name in HELO does not end in a dot (RFC 5321 section 2.3.5).
        MailDomains.Standing standing = helo.endsWith(".")
                ? MailDomains.Standing.UNKNOWN
                : inquiry.site().domains().mailDomain(helo);
        return switch (standing) {
            case KNOWN, NO_MAIL -> Verdict.DUNNO;
            case UNKNOWN -> refuse(inquiry, inquiry.codes().unknownHostname(), "4.7.1", "Host not found");
            case TRY_AGAIN -> inquiry.later(inquiry.session().settings().later().heloAtOnce(),
                    inquiry.rejection(Subject.HELO, 450, "4.7.1", "Host not found"));
        };
    }

    /** permit_naked_ip_address, on its way out: an address without brackets for a name is let in. */
    static Verdict permitNakedAddress(Inquiry inquiry) {
        log.warn("restriction permit_naked_ip_address is deprecated. Use permit_mynetworks or permit_sasl_authenticated"
                + " instead");
        return validAddress(inquiry.helo()) ? Verdict.PERMIT : Verdict.DUNNO;
    }

    private static Verdict refuse(Inquiry inquiry, int code, String status, String text) {
        return inquiry.refuse(Subject.HELO, code, status, text);
    }

    /** A valid name of at least two labels, not an address. */
    static boolean isQualified(String name) {
        return name.indexOf('.') > 0 && DomainName.valid(name) && !validAddress(name);
    }

    static boolean isLiteral(String name) {
        return name.startsWith("[");
    }

    private static boolean validLiteral(String name) {
        if (!name.endsWith("]")) {
            return false;
        }
        String inner = name.substring(1, name.length() - 1);
        boolean tagged = inner.regionMatches(true, 0, "IPv6:", 0, 5);
        return validAddress(tagged ? inner.substring(5) : inner) && tagged == inner.indexOf(':') > 0;
    }

    static boolean validAddress(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == '.' || c == ':')
                || (text.indexOf(':') < 0 && text.chars().filter(c -> c == '.').count() != 3)) {
            return false;
        }
        try {
            return InetAddress.ofLiteral(text).getAddress().length > 0;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
