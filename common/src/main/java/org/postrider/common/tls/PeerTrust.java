package org.postrider.common.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whether a certificate leads to an authority that is trusted (RFC 5280). Safe for many threads. */
public final class PeerTrust {
    /** What was found. */
    public enum Finding {
        /** It leads to a trusted authority, is in its time and is meant for clients. */
        TRUSTED,
        /** It does not. */
        UNTRUSTED
    }

    private final List<X509TrustManager> managers;
    private final int depth;

    private PeerTrust(List<X509TrustManager> managers, int depth) {
        this.managers = managers;
        this.depth = depth;
    }

    /**
     * Trusts these.
     *
     * @param authorities of CAfile and CApath; with none, nobody is trusted
     * @param systemToo tls_append_default_CA: the authorities that come with the system, too
     * @param depth verifydepth: at most so many certificates of authorities, the trusted one among them, stand above the peer's own
     */
    public static PeerTrust of(List<X509Certificate> authorities, boolean systemToo, int depth) throws TlsException {
        try {
            List<X509TrustManager> found = new ArrayList<>();
            if (!authorities.isEmpty()) {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                for (int i = 0; i < authorities.size(); i++) {
                    store.setCertificateEntry("ca" + i, authorities.get(i));
                }
                found.add(manager(store));
            }
            if (systemToo) {
                found.add(manager(null));
            }
            return new PeerTrust(List.copyOf(found), depth);
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException("certificate authorities: " + e.getMessage());
        }
    }

    private static X509TrustManager manager(@Nullable KeyStore store)
            throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("no trust manager");
    }

    /** Looks at what a client has shown. */
    public Finding client(List<X509Certificate> chain) {
        return find(chain, X509TrustManager::checkClientTrusted);
    }

    /** Looks at what a client has shown, and takes a certificate that is for servers (tls_trust_server_ccerts). */
    public Finding clientOrServer(List<X509Certificate> chain) {
        return client(chain) == Finding.TRUSTED ? Finding.TRUSTED : server(chain);
    }

    /** Looks at what a server has shown; its name is another matter. */
    public Finding server(List<X509Certificate> chain) {
        return find(chain, (manager, shown, kind) -> manager.checkServerTrusted(shown, "UNKNOWN"));
    }

    /** Why a chain that leads to no trusted authority does not, as the log has it. */
    public static String complaint(List<X509Certificate> chain) {
        X509Certificate last = chain.getLast();
        if (last.getSubjectX500Principal().equals(last.getIssuerX500Principal())) {
            return chain.size() == 1 ? "self-signed certificate" : "self-signed certificate in certificate chain";
        }
        return "untrusted issuer " + CertificateNames.issuer(last.getIssuerX500Principal());
    }

    /** One of the two checks. */
    private interface Check {
        void run(X509TrustManager manager, X509Certificate[] chain, String kind) throws CertificateException;
    }

    private Finding find(List<X509Certificate> chain, Check check) {
        for (X509TrustManager manager : managers) {
            try {
                check.run(manager, chain.toArray(X509Certificate[]::new),
                        chain.getFirst().getPublicKey().getAlgorithm());
                if (isNear(chain, manager.getAcceptedIssuers())) {
                    return Finding.TRUSTED;
                }
            } catch (CertificateException | IllegalArgumentException _) {
                // The next one may know its authority.
            }
        }
        return Finding.UNTRUSTED;
    }

    /** Whether a way that is short enough leads from the first to an authority. A chain with no more certificates than that has no other. */
    private boolean isNear(List<X509Certificate> chain, X509Certificate[] authorities) {
        if (chain.size() <= depth || List.of(authorities).contains(chain.getFirst())) {
            return true;
        }
        Set<TrustAnchor> anchors = new HashSet<>();
        for (X509Certificate authority : authorities) {
            anchors.add(new TrustAnchor(authority, null));
        }
        return depth > 0 && CertificateWay.leads(chain, anchors, depth - 1);
    }
}
