package org.postrider.common.tls;

import java.security.interfaces.ECKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.wire.ClientHello;

/**
 * Which of several certificates a client can make use of: one with a scheme of signatures that it knows (RFC 8446 section 4.2.3) and,
 * before TLS 1.3, with a suite of ciphers that both sides have (RFC 5246 section 7.4.2) and a curve that it knows (RFC 8422 section
 * 5.1.1). BoringSSL wants one certificate and does not look for another; the JDK's TLS does, but does not look at everything.
 *
 * @param protocols that the server allows, by Java's names
 * @param suites that the server allows, by Java's names
 */
record CertificateChoice(ClientHello client, Set<String> protocols, Set<String> suites) {
    private static final int TLS_1_2 = 0x0303;
    private static final int TLS_1_3 = 0x0304;
    private static final Set<Integer> RSA_PSS = Set.of(0x0804, 0x0805, 0x0806);
    /** PKCS#1 with SHA-1 and its successors. */
    private static final Set<Integer> RSA_PKCS1 = Set.of(0x0201, 0x0401, 0x0501, 0x0601);
    private static final Set<Integer> ECDSA = Set.of(0x0203, 0x0403, 0x0503, 0x0603);
    private static final Set<Integer> ED25519 = Set.of(0x0807);
    /** By the bits of a curve's order, the scheme that TLS 1.3 binds to it. */
    private static final Map<Integer, Integer> ECDSA_OF_CURVE = Map.of(256, 0x0403, 384, 0x0503, 521, 0x0603);
    /** Likewise, the number of the curve itself. */
    private static final Map<Integer, Integer> CURVE = Map.of(256, 23, 384, 24, 521, 25);
    /**
     * The certificate to show.
     *
     * @param all in the order of preference
     * @param kind that the library asks for first, {@code RSA}, {@code EC} or {@code EdDSA}; it asks for others when there is none
     * @param other whether the library takes one of another kind as well, as BoringSSL does, to which suites of ciphers say what to ask
     *     for, even where they do not matter
     */
    Optional<Credential> of(Collection<Credential> all, String kind, boolean other) {
        List<Credential> usable = new ArrayList<>(all.stream().filter(this::isUsable).toList());
        if (usable.isEmpty()) {
            // The library shall say what is missing.
            usable.addAll(all);
        }
        Optional<Credential> found = ofKind(usable, kind, other);
        return found.isEmpty() && other && isNewest() ? usable.stream().findFirst() : found;
    }

    /**
     * The first certificate of a kind.
     *
     * @param other BoringSSL asks: one word stands for all certificates of ECDHE_ECDSA, and Ed25519's are among them (RFC 8422 section
     *     5.10)
     */
    static Optional<Credential> ofKind(Collection<Credential> among, String kind, boolean other) {
        Optional<Credential> exact = among.stream().filter(one -> one.keyType().equals(kind)).findFirst();
        return exact.isPresent() || !kind.equals("EC") || !other
                ? exact
                : among.stream().filter(one -> one.keyType().equals("EdDSA")).findFirst();
    }

    /** TLS 1.3 will be spoken, where suites of ciphers say nothing of certificates. */
    private boolean isNewest() {
        return client.versions().contains(TLS_1_3) && protocols.contains("TLSv1.3");
    }

    private boolean isUsable(Credential credential) {
        return switch (credential.keyType()) {
            case "RSA" -> isNewest() ? signs(RSA_PSS) : (hasSuite("DHE_RSA_") && signsOld()) || hasSuite("TLS_RSA_");
            case "EC" -> isNewest()
                    ? signs(Set.of(ECDSA_OF_CURVE.getOrDefault(bits(credential), 0)))
                    : hasSuite("_ECDHE_ECDSA_") && signs(ECDSA) && hasCurve(bits(credential));
            default -> (isNewest() || (hasSuite("_ECDHE_ECDSA_") && client.signatures().isPresent())) && signs(ED25519);
        };
    }

    private boolean signsOld() {
        return signs(RSA_PKCS1) || (client.versions().contains(TLS_1_2) && signs(RSA_PSS));
    }

    private boolean signs(Set<Integer> schemes) {
        return client.signatures().isEmpty() || client.signatures().get().stream().anyMatch(schemes::contains);
    }

    private boolean hasSuite(String part) {
        return suites.stream().filter(name -> name.contains(part)).map(SuiteNumbers::of).flatMap(Optional::stream)
                .anyMatch(client.suites()::contains);
    }

    private boolean hasCurve(int bits) {
        return client.groups().isEmpty() || client.groups().get().contains(CURVE.getOrDefault(bits, 0));
    }

    private static int bits(Credential credential) {
        return credential.key() instanceof ECKey key ? key.getParams().getOrder().bitLength() : 0;
    }
}
