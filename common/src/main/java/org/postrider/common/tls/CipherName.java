package org.postrider.common.tls;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** A cipher suite: OpenSSL's name for it, its strength, and the words by which OpenSSL's cipher lists can mean it. */
public record CipherName(String java) {
    /** {@code TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384} is {@code ECDHE-RSA-AES256-GCM-SHA384}; names of TLS 1.3 stay as they are. */
    public String openssl() {
        int with = java.indexOf("_WITH_");
        if (with < 0) {
            return java;
        }
        String exchange = java.substring("TLS_".length(), with).replace('_', '-');
        String cipher = java.substring(with + "_WITH_".length()).replaceFirst("^AES_(\\d+)", "AES$1")
                .replace("_CBC", "").replaceFirst("^3DES_EDE", "DES-CBC3").replace('_', '-')
                .replace("CHACHA20-POLY1305-SHA256", "CHACHA20-POLY1305");
        return exchange.equals("RSA") ? cipher : exchange + "-" + cipher;
    }

    /** Bits of the key, as log lines and headers have them. */
    public int bits() {
        if (java.contains("3DES")) {
            return 112;
        }
        return java.contains("AES_128") ? 128 : 256;
    }

    /** True when one of these words of a cipher list means this suite; {@code A+B} means both. In any case of letters. */
    public boolean isAmong(Set<String> words) {
        Set<String> mine = properties();
        for (String word : words) {
            boolean all = !word.isEmpty();
            for (String part : word.toUpperCase(Locale.ROOT).split("\\+", -1)) {
                all &= mine.contains(part);
            }
            if (all) {
                return true;
            }
        }
        return false;
    }

    private Set<String> properties() {
        Set<String> words = new TreeSet<>();
        words.add(openssl().toUpperCase(Locale.ROOT));
        words.add(java);
        words.add(java.contains("3DES") ? "MEDIUM" : "HIGH");
        words.add("ALL");
        words.add("DEFAULT");
        if (java.contains("_WITH_")) {
            boolean ephemeral = java.contains("DHE");
            boolean elliptic = java.contains("ECDHE");
            words.addAll(ephemeral
                    ? elliptic
                            ? Set.of("ECDHE", "EECDH", "KECDHE", "KEECDH", "ECDH")
                            : Set.of("DHE", "EDH", "KDHE", "KEDH", "DH")
                    : Set.of("KRSA", "RSA"));
            words.addAll(java.contains("ECDSA") ? Set.of("ECDSA", "AECDSA") : Set.of("ARSA", "RSA"));
        }
        words.addAll(java.contains("CHACHA20")
                ? Set.of("CHACHA20")
                : java.contains("3DES")
                        ? Set.of("3DES")
                        : Set.of("AES", java.contains("AES_128") ? "AES128" : "AES256"));
        if (java.contains("_GCM")) {
            words.add("AESGCM");
        } else if (java.contains("_CBC")) {
            words.add("CBC");
        }
        String digest = java.substring(java.lastIndexOf('_') + 1);
        words.add(digest.equals("SHA") ? "SHA1" : digest);
        words.add(digest);
        return words;
    }
}
