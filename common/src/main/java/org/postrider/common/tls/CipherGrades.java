package org.postrider.common.tls;

import java.util.Collection;
import java.util.Locale;
import org.postrider.common.config.Parameters;

/** The grades of smtpd_tls_ciphers and its like, which stand for lists of cipher suites: tls_high_cipherlist, tls_medium_cipherlist. */
public final class CipherGrades {
    private CipherGrades() {}

    /**
     * The list of a grade, without the suites that are excluded.
     *
     * @param excluded words of smtpd_tls_exclude_ciphers and its like
     * @throws TlsException for a word that is no grade
     */
    public static String list(Parameters parameters, String grade, Collection<String> excluded) throws TlsException {
        String list = switch (grade.toLowerCase(Locale.ROOT)) {
            case "high" -> parameters.string("tls_high_cipherlist");
            // There is nothing below medium any more.
            case "medium", "low", "export" -> parameters.string("tls_medium_cipherlist");
            case "null" -> parameters.string("tls_null_cipherlist");
            default -> throw new TlsException("invalid TLS cipher grade: \"" + grade + '"');
        };
        StringBuilder all = new StringBuilder(list);
        excluded.forEach(word -> all.append(":!").append(word));
        return all.toString();
    }
}
