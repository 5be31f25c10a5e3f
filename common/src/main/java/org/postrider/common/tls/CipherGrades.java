package org.postrider.common.tls;

import java.util.Collection;
import java.util.Locale;
import org.postrider.common.config.Parameters;

/**
 * The grades of smtpd_tls_ciphers and its like, which stand for lists of cipher suites.
 *
 * @param high tls_high_cipherlist
 * @param medium tls_medium_cipherlist
 * @param empty tls_null_cipherlist: without encryption
 */
public record CipherGrades(String high, String medium, String empty) {
    /** The lists of these parameters. */
    public static CipherGrades of(Parameters parameters) {
        return new CipherGrades(parameters.string("tls_high_cipherlist"), parameters.string("tls_medium_cipherlist"),
                parameters.string("tls_null_cipherlist"));
    }

    /**
     * The list of a grade, without the suites that are excluded.
     *
     * @param excluded words of smtpd_tls_exclude_ciphers and its like
     * @throws TlsException for a word that is no grade
     */
    public String list(String grade, Collection<String> excluded) throws TlsException {
        String list = switch (grade.toLowerCase(Locale.ROOT)) {
            case "high" -> high;
            // There is nothing below medium any more.
            case "medium", "low", "export" -> medium;
            case "null" -> empty;
            default -> throw new TlsException("invalid cipher grade: \"" + grade + '"');
        };
        StringBuilder all = new StringBuilder(list);
        excluded.forEach(word -> all.append(":!").append(word));
        return all.toString();
    }
}
