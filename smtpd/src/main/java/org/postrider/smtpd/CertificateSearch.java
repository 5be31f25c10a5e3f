package org.postrider.smtpd;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.lookup.ListText;

/**
 * The argument of check_ccert_access: a table, alone or in braces with the order in which it is searched, as in
 * <code>{ type:table, { search_order = cert_fingerprint, pubkey_fingerprint } }</code>.
 */
record CertificateSearch(String table, List<Key> order) {
    private static final String SETTING = "search_order";

    /** What of a certificate is looked for. */
    enum Key {
        /** The fingerprint of the certificate. */
        CERT_FINGERPRINT {
            @Override
            String of(TlsPeer peer) {
                return peer.certificateFingerprint();
            }
        },
        /** That of its public key. */
        PUBKEY_FINGERPRINT {
            @Override
            String of(TlsPeer peer) {
                return peer.keyFingerprint();
            }
        };

        abstract String of(TlsPeer peer);
    }

    /**
     * Reads the argument.
     *
     * @throws ConfigurationException for a setting or a key that is not known
     */
    static CertificateSearch parse(String argument) {
        String text = argument.strip();
        if (!ListText.isBraced(text)) {
            return new CertificateSearch(text, List.of(Key.values()));
        }
        List<String> words = ListText.split(ListText.unbrace(text));
        if (words.isEmpty()) {
            throw new ConfigurationException(
                    "restriction check_ccert_access: bad argument \"" + argument + "\": need maptype:mapname");
        }
        List<Key> order = List.of(Key.values());
        for (String word : words.subList(1, words.size())) {
            order = order(argument, ListText.unbrace(word));
        }
        return new CertificateSearch(words.getFirst(), order);
    }

    private static List<Key> order(String argument, String setting) {
        int equals = setting.indexOf('=');
        String name = setting.substring(0, Math.max(equals, 0)).strip();
        if (!name.equals(SETTING)) {
            throw new ConfigurationException("unknown map attribute in '" + argument + "': '" + name + "'");
        }
        List<Key> order = new ArrayList<>();
        for (String word : ListText.split(setting.substring(equals + 1))) {
            try {
                order.add(Key.valueOf(word.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException _) {
                throw new ConfigurationException("unknown search type '" + word + "' in '" + argument + "'");
            }
        }
        return List.copyOf(order);
    }
}
