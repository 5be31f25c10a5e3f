package org.postrider.tables.mongodb;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.postrider.tables.ClientTls;
import org.postrider.tables.DatabaseException;

/**
 * The files that a connection string names, as Postfix's client library knows them and the driver does not.
 *
 * @param verifies false where any certificate will do
 * @param checksName false where a certificate for another name will do
 */
record MongodbTls(ClientTls files, boolean verifies, boolean checksName) {
    private static final String AUTHORITIES = "tlscafile";
    private static final String OWN = "tlscertificatekeyfile";
    private static final String ANY_CERTIFICATE = "tlsallowinvalidcertificates";
    private static final String ANY_NAME = "tlsallowinvalidhostnames";
    private static final String ANYTHING = "tlsinsecure";
    private static final List<String> OURS = List.of(AUTHORITIES, OWN, ANY_CERTIFICATE);

    SSLContext context() throws DatabaseException {
        return files.context(verifies);
    }

    /** What a connection string says; empty when it names neither files nor a wish to check nothing. */
    static Optional<MongodbTls> of(String uri) {
        Map<String, String> options = new HashMap<>();
        for (String option : options(uri)) {
            int equals = option.indexOf('=');
            if (equals > 0) {
                options.put(option.substring(0, equals).toLowerCase(Locale.ROOT), option.substring(equals + 1));
            }
        }
        boolean anything = isTrue(options.get(ANYTHING));
        if (!anything && OURS.stream().noneMatch(options::containsKey)) {
            return Optional.empty();
        }
        return Optional.of(new MongodbTls(
                new ClientTls(options.getOrDefault(AUTHORITIES, ""), "", options.getOrDefault(OWN, ""), ""),
                !anything && !isTrue(options.get(ANY_CERTIFICATE)), !anything && !isTrue(options.get(ANY_NAME))));
    }

    private static boolean isTrue(@Nullable String value) {
        return "true".equals(value);
    }

    /** The connection string without what only this class understands. */
    static String without(String uri) {
        int mark = uri.indexOf('?');
        if (mark < 0) {
            return uri;
        }
        List<String> left = new ArrayList<>();
        for (String option : options(uri)) {
            String name = option.substring(0, Math.max(0, option.indexOf('='))).toLowerCase(Locale.ROOT);
            if (!OURS.contains(name)) {
                left.add(option);
            }
        }
        return uri.substring(0, mark) + (left.isEmpty() ? "" : "?" + String.join("&", left));
    }

    private static List<String> options(String uri) {
        int mark = uri.indexOf('?');
        return mark < 0 ? List.of() : List.of(uri.substring(mark + 1).split("[&;]", -1));
    }
}
