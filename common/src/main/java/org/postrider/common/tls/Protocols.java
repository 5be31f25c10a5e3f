package org.postrider.common.tls;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** smtpd_tls_protocols and its like: {@code >=TLSv1.2}, {@code !SSLv2, !SSLv3}, {@code TLSv1.2 TLSv1.3}. */
public final class Protocols {
    private static final List<String> ALL = List.of("SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");
    private static final int USABLE = 2;

    private Protocols() {}

    /**
     * The versions that are allowed, lowest first. SSL is never among them: no library speaks it any more.
     *
     * @throws TlsException for a word that is none
     */
    public static List<String> parse(List<String> words) throws TlsException {
        int lowest = USABLE;
        int highest = ALL.size() - 1;
        Set<String> excluded = new LinkedHashSet<>();
        Set<String> included = new LinkedHashSet<>();
        for (String word : words) {
            if (word.startsWith(">=")) {
                lowest = Math.max(USABLE, index(word.substring(2)));
            } else if (word.startsWith("<=")) {
                highest = index(word.substring(2));
            } else if (word.startsWith("!")) {
                excluded.add(ALL.get(index(word.substring(1))));
            } else {
                included.add(ALL.get(index(word)));
            }
        }
        List<String> allowed = new ArrayList<>();
        for (int i = lowest; i <= highest; i++) {
            String name = ALL.get(i);
            if (!excluded.contains(name) && (included.isEmpty() || included.contains(name))) {
                allowed.add(name);
            }
        }
        return allowed;
    }

    private static int index(String word) throws TlsException {
        String name = word.toLowerCase(Locale.ROOT);
        for (int i = 0; i < ALL.size(); i++) {
            if (ALL.get(i).toLowerCase(Locale.ROOT).equals(name)) {
                return i;
            }
        }
        int hex = switch (name) {
            case "tlsv1.0", "0301" -> ALL.indexOf("TLSv1");
            case "0302" -> ALL.indexOf("TLSv1.1");
            case "0303" -> ALL.indexOf("TLSv1.2");
            case "0304" -> ALL.indexOf("TLSv1.3");
            default -> -1;
        };
        if (hex < 0) {
            throw new TlsException("Invalid TLS protocol \"" + word + '"');
        }
        return hex;
    }
}
