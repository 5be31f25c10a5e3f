package org.postrider.common.dns;

import java.net.InetAddress;
import java.util.regex.Pattern;

/** The rules for host and domain names on the wire: RFC 1123 section 2.1, with the underscore that is in use. */
public final class DomainName {
    private static final Pattern FOUR_NUMBERS = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_LABEL = 63;

    private DomainName() {}

    /** True for a name of letters, digits, hyphens and underscores that is not all digits and dots. */
    public static boolean valid(String name) {
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            return false;
        }
        boolean numeric = true;
        int label = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.') {
                if (label == 0 || name.charAt(i - 1) == '-') {
                    return false;
                }
                label = 0;
                continue;
            }
            if ((!letterOrDigit(c) && c != '_' && (c != '-' || label == 0)) || ++label > LONGEST_LABEL) {
                return false;
            }
            numeric &= c >= '0' && c <= '9';
        }
        return !numeric && name.charAt(name.length() - 1) != '-';
    }

    private static boolean letterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** True for what may stand behind the at sign: a domain name, or an address in brackets; RFC 5321 section 4.1.3. */
    public static boolean isSite(String text) {
        if (text.startsWith("[") && text.endsWith("]")) {
            String inner = text.substring(1, text.length() - 1);
            return inner.regionMatches(true, 0, "IPv6:", 0, 5)
                    ? inner.indexOf(':', 5) > 0 && isAddress(inner.substring(5))
                    : (inner.indexOf(':') >= 0 || FOUR_NUMBERS.matcher(inner).matches()) && isAddress(inner);
        }
        return valid(text);
    }

    private static boolean isAddress(String text) {
        try {
            return InetAddress.ofLiteral(text).getAddress().length > 0;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
