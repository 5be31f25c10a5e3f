package org.postrider.common.tls;

import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** Names in certificates as log lines, headers and policy requests have them. */
public final class CertificateNames {
    private static final int LONGEST = 256;

    private CertificateNames() {}

    /** The common name; empty when there is none. Never has bytes that could break a line. */
    public static String common(X500Principal name) {
        return find(name, "CN");
    }

    /** The name of an authority: its common name, else its organisation. */
    public static String issuer(X500Principal name) {
        String common = common(name);
        return common.isEmpty() ? find(name, "O") : common;
    }

    /** The whole name, {@code /C=NL/O=Example/CN=host.example}. */
    public static String all(X500Principal name) {
        StringBuilder out = new StringBuilder();
        try {
            for (Rdn part : new LdapName(name.getName()).getRdns()) {
                out.append('/').append(part.getType()).append('=').append(printable(String.valueOf(part.getValue())));
            }
        } catch (InvalidNameException _) {
            // A name that is none is no name.
        }
        return out.toString();
    }

    private static String find(X500Principal name, String type) {
        try {
            List<Rdn> parts = new LdapName(name.getName()).getRdns();
            for (int i = parts.size() - 1; i >= 0; i--) {
                if (parts.get(i).getType().toUpperCase(Locale.ROOT).equals(type)) {
                    return printable(String.valueOf(parts.get(i).getValue()));
                }
            }
        } catch (InvalidNameException _) {
            // A name that is none is no name.
        }
        return "";
    }

    private static String printable(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length() && i < LONGEST; i++) {
            char c = text.charAt(i);
            out.append(c < ' ' || c > '~' ? '?' : c);
        }
        return out.toString();
    }
}
