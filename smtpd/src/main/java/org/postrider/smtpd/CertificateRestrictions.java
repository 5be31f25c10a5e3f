package org.postrider.smtpd;

import java.util.List;
import java.util.Optional;
import org.postrider.common.lookup.LookupResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restrictions about the certificate that the client has shown. */
final class CertificateRestrictions {
    private static final Logger log = LoggerFactory.getLogger(CertificateRestrictions.class);

    private CertificateRestrictions() {}

    /**
     * permit_tls_all_clientcerts: any certificate that leads to an authority that is trusted, and, as Postfix does, what
     * permit_tls_clientcerts permits.
     */
    static Verdict permitAllTrusted(Inquiry inquiry) {
        return inquiry.session().tls().filter(TlsPeer::trusted).isPresent() ? Verdict.PERMIT : permitListed(inquiry);
    }

    /** check_ccert_access: asks for the fingerprints in this order. */
    static LookupResult look(Inquiry inquiry, AccessTables.Table table, CertificateSearch search) {
        Optional<TlsPeer> peer = inquiry.session().tls().filter(tls -> tls.certificate().isPresent());
        if (peer.isEmpty()) {
            return AccessTables.NOTHING;
        }
        inquiry.site().legacy().usedFingerprint();
        LookupResult result = AccessTables.NOTHING;
        for (CertificateSearch.Key key : search.order()) {
            result = table.exact(key.of(peer.get()));
            if (!(result instanceof LookupResult.NotFound)) {
                return result;
            }
        }
        return result;
    }

    /** permit_tls_clientcerts: a certificate or key whose fingerprint is in relay_clientcerts, whoever has signed it. */
    static Verdict permitListed(Inquiry inquiry) {
        Optional<TlsPeer> peer = inquiry.session().tls().filter(tls -> tls.certificate().isPresent());
        if (peer.isEmpty()) {
            return Verdict.DUNNO;
        }
        inquiry.site().legacy().usedFingerprint();
        for (String fingerprint : List.of(peer.get().certificateFingerprint(), peer.get().keyFingerprint())) {
            switch (inquiry.site().relayCertificates().find(fingerprint)) {
                case LookupResult.Found _ -> {
                    return Verdict.PERMIT;
                }
                case LookupResult.NotFound() -> {
                }
                case LookupResult.Unavailable _ -> {
                    log.warn("relay_clientcerts: lookup error for fingerprint '{}', pkey fingerprint {}",
                            peer.get().certificateFingerprint(), peer.get().keyFingerprint());
                    return inquiry.lookupFailure(Subject.CLIENT);
                }
            }
        }
        return Verdict.DUNNO;
    }
}
