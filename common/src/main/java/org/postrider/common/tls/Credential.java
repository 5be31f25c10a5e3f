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
        Credential credential = new Credential(key(key, keyName), certificates(certificates, certificateName));
        if (credential.chain.isEmpty()) {
            throw new TlsException(certificateName + ": no certificate");
        }
        if (!credential.isPair()) {
            throw new TlsException(certificateName + ": the private key does not belong to the certificate");
        }
        return credential;
    }

    /**
     * Reads keys that are each followed by their certificates, as a value of tls_server_sni_maps holds them.
     *
     * @param name what the log calls it
     * @param consequence of an error, for the log
     * @throws TlsException when there is nothing, or something that can't be used
     */
    public static List<Credential> chains(byte[] text, String name, String consequence) throws TlsException {
        ChainReader reader = new ChainReader(name, consequence);
        reader.add(text, name);
        return reader.credentials();
    }

    /** The first private key in a file. */
    static PrivateKey key(byte[] text, String name) throws TlsException {
        for (Pem.Block block : Pem.read(text, name)) {
            if (block.isKey()) {
                return PrivateKeys.read(block, name);
            }
        }
        throw new TlsException(name + ": no private key");
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

    static X509Certificate certificate(Pem.Block block, String name) throws TlsException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.der()));
        } catch (CertificateException e) {
            throw new TlsException(name + ": " + e.getMessage());
        }
    }

    /** True when the key is that of the first certificate, of which there has to be one. */
    boolean isPair() {
        PublicKey shown = chain.getFirst().getPublicKey();
        try {
            Signature signature = Signature.getInstance(switch (keyType()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> "EdDSA";
            });
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(shown);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException _) {
            // The key and the certificate are of different kinds.
            return false;
        }
    }
}
