package org.postrider.common.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Certificates and public keys that alone are trusted, as smtp_tls_trust_anchor_file has them: those of authorities, whoever may have
 * signed them, or a server's own. As was seen with Postfix 3.7, an anchor whose time is over is none, whatever postconf(5) says. Safe for
 * many threads.
 */
public final class TrustAnchors {
    private static final int ANY = -1;
    private static final String SERVER = "1.3.6.1.5.5.7.3.1";
    private static final String ANY_USE = "2.5.29.37.0";
    private static final List<String> KEY_KINDS = List.of("RSA", "EC", "Ed25519", "Ed448");

    private final List<X509Certificate> certificates;
    private final List<PublicKey> keys;

    private TrustAnchors(List<X509Certificate> certificates, List<PublicKey> keys) {
        this.certificates = List.copyOf(certificates);
        this.keys = List.copyOf(keys);
    }

    /**
     * Those in these files.
     *
     * @throws TlsException when one can't be read, or has none
     */
    public static TrustAnchors read(List<Path> files) throws TlsException {
        List<X509Certificate> certificates = new ArrayList<>();
        List<PublicKey> keys = new ArrayList<>();
        for (Path file : files) {
            byte[] text;
            try {
                text = Files.readAllBytes(file);
            } catch (IOException e) {
                throw new TlsException(file + ": " + e.getMessage());
            }
            int before = certificates.size() + keys.size();
            certificates.addAll(Credential.certificates(text, file.toString()));
            for (Pem.Block block : Pem.read(text, file.toString())) {
                if (block.label().equals("PUBLIC KEY")) {
                    keys.add(key(block, file));
                }
            }
            if (certificates.size() + keys.size() == before) {
                throw new TlsException(file + ": no trust anchors");
            }
        }
        return new TrustAnchors(certificates, keys);
    }

    private static PublicKey key(Pem.Block block, Path file) throws TlsException {
        for (String kind : KEY_KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(block.der()));
            } catch (GeneralSecurityException _) {
                // It is of another kind.
            }
        }
        throw new TlsException(file + ": a public key of a kind that is not known");
    }

    /** Whether one of them vouches for what a server has shown; its name is another matter. */
    public boolean vouchFor(List<X509Certificate> chain) {
        Set<TrustAnchor> anchors = new HashSet<>();
        certificates.forEach(certificate -> anchors.add(new TrustAnchor(certificate, null)));
        for (X509Certificate shown : chain) {
            keys.stream().filter(key -> isSignedBy(shown, key))
                    .forEach(key -> anchors.add(new TrustAnchor(shown.getIssuerX500Principal(), key, null)));
        }
        X509Certificate own = chain.getFirst();
        return isForServers(own) && (isKnown(own) || CertificateWay.leads(chain, anchors, ANY));
    }

    private boolean isKnown(X509Certificate own) {
        try {
            own.checkValidity();
            return keys.contains(own.getPublicKey());
        } catch (CertificateException _) {
            return false;
        }
    }

    private static boolean isSignedBy(X509Certificate certificate, PublicKey key) {
        try {
            certificate.verify(key);
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private static boolean isForServers(X509Certificate certificate) {
        try {
            List<String> uses = certificate.getExtendedKeyUsage();
            return uses == null || uses.contains(SERVER) || uses.contains(ANY_USE);
        } catch (CertificateParsingException _) {
            return false;
        }
    }
}
