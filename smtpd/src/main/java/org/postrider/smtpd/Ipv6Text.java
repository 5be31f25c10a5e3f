package org.postrider.smtpd;

/** IPv6 addresses as RFC 5952 writes them: the longest run of zero groups becomes {@code ::}. */
final class Ipv6Text {
    private Ipv6Text() {}

    /** From the eight groups that the JDK prints. */
    static String shortest(String full) {
        String[] groups = full.split(":", -1);
        int best = -1;
        int bestLength = 1;
        for (int i = 0; i < groups.length; i++) {
            int end = i;
            while (end < groups.length && groups[end].equals("0")) {
                end++;
            }
            if (end - i > bestLength) {
                best = i;
                bestLength = end - i;
            }
        }
        if (best < 0) {
            return full;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < best; i++) {
            text.append(i == 0 ? "" : ":").append(groups[i]);
        }
        text.append("::");
        for (int i = best + bestLength; i < groups.length; i++) {
            text.append(i == best + bestLength ? "" : ":").append(groups[i]);
        }
        return text.toString();
    }
}
