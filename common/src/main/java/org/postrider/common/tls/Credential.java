package org.postrider.common.tls;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * A private key with its certificate and those that lead to the root.
 *
 * @param chain our own first
 */
public record Credential(PrivateKey key, List<X509Certificate> chain) {
    private static final byte[] PROBE = {1, 2, 3};

    public Credential {
        chain = List.copyOf(chain);
    }

    /** {@code RSA}, {@code EC} or {@code EdDSA}. */
    public String keyType() {
        return key.getAlgorithm().equals("Ed25519") || key.getAlgorithm().equals("Ed448")
                ? "EdDSA"
                : key.getAlgorithm();
    }

    /**
     * Reads key files and certificate files, as smtpd_tls_cert_file and smtpd_tls_key_file name them.
     *
     * @throws TlsException when something is missing, or the key is not the certificate's
     */
    public static Credential pair(byte[] certificates, String certificateName, byte[] key, String keyName)
            throws TlsException {
        List<X509Certificate> chain = new ArrayList<>();
        for (Pem.Block block : Pem.read(certificates, certificateName)) {
            if (block.isCertificate()) {
                chain.add(certificate(block, certificateName));
            }
        }
        for (Pem.Block block : Pem.read(key, keyName)) {
            if (block.isKey()) {
                return checked(new Credential(PrivateKeys.read(block, keyName), chain), certificateName);
            }
        }
        throw new TlsException(keyName + ": no private key");
    }

    /**
     * Reads the content of chain files (smtpd_tls_chain_files, tls_server_sni_maps): each key is followed by its certificates.
     *
     * @throws TlsException when a certificate comes before every key, or a key without certificate
     */
    public static List<Credential> chains(byte[] text, String name) throws TlsException {
        List<Credential> found = new ArrayList<>();
        PrivateKey key = null;
        List<X509Certificate> chain = new ArrayList<>();
        for (Pem.Block block : Pem.read(text, name)) {
            if (block.isKey()) {
                if (key != null) {
                    found.add(checked(new Credential(key, chain), name));
                }
                key = PrivateKeys.read(block, name);
                chain = new ArrayList<>();
            } else if (block.isCertificate()) {
                if (key == null) {
                    throw new TlsException(name + ": a certificate comes before its private key");
                }
                chain.add(certificate(block, name));
            }
        }
        if (key == null) {
            throw new TlsException(name + ": no private key");
        }
        found.add(checked(new Credential(key, chain), name));
        return found;
    }

    /** The certificates in a file, such as smtpd_tls_CAfile. */
    public static List<X509Certificate> certificates(byte[] text, String name) throws TlsException {
        List<X509Certificate> found = new ArrayList<>();
        for (Pem.Block block : Pem.read(text, name)) {
            if (block.isCertificate()) {
                found.add(certificate(block, name));
            }
        }
        return found;
    }

    private static X509Certificate certificate(Pem.Block block, String name) throws TlsException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.der()));
        } catch (CertificateException e) {
            throw new TlsException(name + ": " + e.getMessage());
        }
    }

    private static Credential checked(Credential credential, String name) throws TlsException {
        if (credential.chain.isEmpty()) {
            throw new TlsException(name + ": no certificate");
        }
        PublicKey shown = credential.chain.getFirst().getPublicKey();
        try {
            String algorithm = switch (credential.keyType()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> "EdDSA";
            };
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(credential.key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(shown);
            signature.update(PROBE);
            if (signature.verify(signed)) {
                return credential;
            }
        } catch (GeneralSecurityException _) {
            // The key and the certificate are of different kinds.
        }
        throw new TlsException(name + ": the private key does not belong to the certificate");
    }
}
