package org.postrider.common.dns;

/** The rules for host and domain names on the wire: RFC 1123 section 2.1, with the underscore that is in use. */
public final class DomainName {
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
}
