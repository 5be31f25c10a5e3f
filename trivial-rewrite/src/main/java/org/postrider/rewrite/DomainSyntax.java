package org.postrider.rewrite;

import org.postrider.common.config.AsciiDomain;

/** What can be the domain of an address: a host name (RFC 1123, underscores allowed) or an address literal (RFC 5321 4.1.3). */
final class DomainSyntax {
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_LABEL = 63;

    private DomainSyntax() {}

    /** @param utf8 true when names in UTF-8 are names (smtputf8_enable) */
    static boolean isValid(String domain, boolean utf8) {
        return domain.startsWith("[") ? isLiteral(domain) : isHostName(domain, utf8);
    }

    /** Four numbers and nothing else: an address that somebody forgot to put in brackets. */
    static boolean isNumeric(String domain) {
        return isFourNumbers(domain);
    }

    private static boolean isHostName(String domain, boolean utf8) {
        String name = domain;
        if (!domain.chars().allMatch(c -> c < 0x80)) {
            if (!utf8) {
                return false;
            }
            name = AsciiDomain.of(domain, false).orElse("");
        }
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            return false;
        }
        boolean onlyDigits = true;
        for (String label : name.split("\\.", -1)) {
            if (!isLabel(label)) {
                return false;
            }
            onlyDigits &= label.chars().allMatch(c -> c >= '0' && c <= '9');
        }
        return !onlyDigits;
    }

    private static boolean isLabel(String label) {
        int length = label.length();
        return length > 0 && length <= LONGEST_LABEL && label.charAt(0) != '-' && label.charAt(length - 1) != '-'
                && label.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                                || c == '-' || c == '_');
    }

    private static boolean isLiteral(String domain) {
        if (!domain.endsWith("]")) {
            return false;
        }
        String inside = domain.substring(1, domain.length() - 1);
        return inside.regionMatches(true, 0, "IPv6:", 0, 5) ? isIpv6(inside.substring(5)) : isFourNumbers(inside);
    }

    private static boolean isFourNumbers(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            boolean digits = !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            if (!digits || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    private static boolean isIpv6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return false;
        }
        int groups = 0;
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (i == parts.length - 1 && part.indexOf('.') >= 0) {
                if (!isFourNumbers(part)) {
                    return false;
                }
                groups += 2;
            } else if (!part.isEmpty()) {
                if (part.length() > 4 || !part.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
                    return false;
                }
                groups++;
            } else if (gap < 0) {
                return false;
            }
        }
        return gap < 0 ? groups == 8 : groups < 8;
    }
}
