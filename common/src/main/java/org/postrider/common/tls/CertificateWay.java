package org.postrider.common.tls;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderResult;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/** The way from a certificate to somebody who is trusted (RFC 5280 section 6), of as many steps as are allowed. */
final class CertificateWay {
    private CertificateWay() {}

    /**
     * Whether there is one.
     *
     * @param chain what was shown, in any order but for the first, from which the way leads
     * @param between most certificates that may stand between the first one and the anchor; -1 for any number
     */
    static boolean leads(List<X509Certificate> chain, Set<TrustAnchor> anchors, int between) {
        if (anchors.isEmpty()) {
            return false;
        }
        try {
            X509CertSelector first = new X509CertSelector();
            first.setCertificate(chain.getFirst());
            PKIXBuilderParameters way = new PKIXBuilderParameters(anchors, first);
            way.setRevocationEnabled(false);
            way.setMaxPathLength(between);
            way.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            CertPathBuilderResult _ = CertPathBuilder.getInstance("PKIX").build(way);
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}
