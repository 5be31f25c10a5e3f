package org.postrider.smtp;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.postrider.common.tls.CertificateNames;

/**
 * The names that a server's certificate is for (RFC 6125): its DNS names, or, when it has none, its common name. A star stands for
 * the whole first label.
 *
 * @param starTakesAll or for several (tls_wildcard_matches_multiple_labels)
 */
record ServerNames(List<String> names, boolean starTakesAll) {
    private static final int DNS_NAME = 2;

    static ServerNames of(X509Certificate certificate, boolean starTakesAll) {
        List<String> found = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> one : alternatives) {
                    if (one.get(0) instanceof Integer kind && kind == DNS_NAME && one.get(1) instanceof String name) {
                        found.add(name.toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (CertificateParsingException _) {
            return new ServerNames(List.of(), starTakesAll);
        }
        if (found.isEmpty()) {
            found.add(CertificateNames.common(certificate.getSubjectX500Principal()).toLowerCase(Locale.ROOT));
        }
        return new ServerNames(found, starTakesAll);
    }

    /** @param wanted names in lower case; {@code .domain} takes every name below the domain */
    boolean areFor(List<String> wanted) {
        return wanted.stream().anyMatch(name -> names.stream().anyMatch(own -> matches(own, name)));
    }

    private boolean matches(String own, String wanted) {
        if (wanted.length() < 2 || own.isEmpty()) {
            return false;
        }
        if (wanted.startsWith(".")) {
            return own.endsWith(wanted) && own.length() > wanted.length();
        }
        if (!own.startsWith("*.")) {
            return own.equals(wanted);
        }
        int dot = wanted.length() - own.length() + 1;
        boolean below = dot > 0 && wanted.endsWith(own.substring(1));
        return below && (starTakesAll || wanted.indexOf('.') == dot);
    }
}
