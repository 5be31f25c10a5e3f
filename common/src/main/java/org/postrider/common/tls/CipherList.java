package org.postrider.common.tls;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Cipher suites in OpenSSL's syntax (ciphers(1)): words that add suites, in the library's order; with {@code !} they never come back,
 * with {@code -} they go, with {@code +} they move to the end; {@code A+B} means both; {@code @STRENGTH} puts long keys first. Other
 * words beginning with {@code @}, and words that mean no suite of the library, change nothing. Suites of TLS 1.3 are not meant, they
 * always come first.
 */
public final class CipherList {
    private static final String NEW_STYLE = "_WITH_";

    private CipherList() {}

    /**
     * The suites that the list means, by Java's names.
     *
     * @param available what the library has
     * @throws TlsException when nothing is left
     */
    public static List<String> select(String list, List<String> available) throws TlsException {
        List<String> pool = available.stream().filter(name -> name.contains(NEW_STYLE)).toList();
        List<String> chosen = new ArrayList<>();
        Set<String> banned = new HashSet<>();
        for (String word : list.split("[:;,\\s]+", -1)) {
            if (!word.isEmpty()) {
                apply(word, pool, chosen, banned);
            }
        }
        if (chosen.isEmpty()) {
            throw new TlsException("no cipher match: " + list);
        }
        List<String> all = new ArrayList<>(available.stream().filter(name -> !name.contains(NEW_STYLE)).toList());
        all.addAll(chosen);
        return all;
    }

    private static void apply(String word, List<String> pool, List<String> chosen, Set<String> banned) {
        String rest = word.substring(1);
        switch (word.charAt(0)) {
            case '!' -> {
                banned.addAll(meant(rest, pool));
                chosen.removeAll(banned);
            }
            case '-' -> chosen.removeAll(meant(rest, pool));
            case '+' -> {
                List<String> last = meant(rest, chosen);
                chosen.removeAll(last);
                chosen.addAll(last);
            }
            case '@' -> {
                if (rest.equals("STRENGTH")) {
                    chosen.sort(Comparator.comparingInt((String name) -> new CipherName(name).bits()).reversed());
                }
            }
            default -> meant(word, pool).stream().filter(name -> !banned.contains(name) && !chosen.contains(name))
                    .forEach(chosen::add);
        }
    }

    private static List<String> meant(String word, List<String> among) {
        return among.stream().filter(name -> new CipherName(name).isAmong(Set.of(word))).toList();
    }
}
