package org.postrider.common.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.wire.ClientHello;
import org.postrider.common.wire.TlsContext;

class CertificateChoiceTest {
    private static final Set<String> SUITES = Set.of("TLS_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    private static Credential rsa;
    private static Credential ec;
    private static Credential edwards;

    @BeforeAll
    static void keys() throws GeneralSecurityException {
        KeyPairGenerator elliptic = KeyPairGenerator.getInstance("EC");
        elliptic.initialize(new ECGenParameterSpec("secp384r1"));
        ec = new Credential(elliptic.generateKeyPair().getPrivate(), List.of());
        rsa = new Credential(key("RSA"), List.of());
        edwards = new Credential(key("Ed25519"), List.of());
    }

    private static PrivateKey key(String algorithm) throws GeneralSecurityException {
        return KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
    }

    private static Set<Integer> numbers(String words) {
        return Arrays.stream(words.split(" ", -1)).map(word -> Integer.parseInt(word, 16))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Optional<Set<Integer>> mayBe(String words) {
        return words.equals("-") ? Optional.empty() : Optional.of(numbers(words));
    }

    /** Numbers of IANA's registries; the server has an ECDSA certificate on P-384, one with RSA and one with Ed25519. */
    @ParameterizedTest
    @CsvSource({
            // TLS 1.3: what the client can verify, however the library asks.
            "304 303, c02b 1301, 804, -, EC, RSA", "304 303, c02b 1301, 804 503, -, EC, EC",
            "304 303, c02f 1301, 804 503, 17, EC, EC", "304, 1301, 403 804, -, EC, RSA",
            "304, 1301, 807, -, RSA, EdDSA",
            "304, 1301, 401 804, -, RSA, RSA", "304, 1301, 503, -, RSA, EC",
            // TLS 1.2: suites, signatures and curves have to fit.
            "303, c02f, 401 403 503, 18, EC, none", "303, c02f, 401 403 503, 18, RSA, RSA",
            "303, c02b c02f, 401, 18, EC, none", "303, c02b c02f, 401, 18, RSA, RSA",
            "303, c02b c02f, 401 403, 18, EC, EC", "303, c02b c02f, 401 403, 17, EC, none",
            "303, c02b c02f, 401 403, -, EC, EC", "303, c02b c02f, -, -, EC, EC", "303, 2f, 403, -, RSA, RSA",
            "303, c02b, 807, 1d, EC, EdDSA", "303, c02f, 804, -, EC, none", "303, c02f, 804, -, RSA, RSA",
            "301 302, c013 c009 2f, -, 17, EC, none", "301 302, c013 c009 2f, -, 17, RSA, RSA",
            // Nothing fits: the library gets what it asks for, and says what is missing.
            "304, 1301, 403, -, EC, EC", "303, c02b, 401, -, EC, EC", "303, c02c, 503, -, RSA, RSA"})
    void theClientGetsWhatItKnows(String versions, String suites, String signatures, String groups, String asked,
            String kind) {
        ClientHello client = new ClientHello(numbers(versions), numbers(suites), mayBe(signatures), mayBe(groups));
        Optional<Credential> shown = new CertificateChoice(client, Set.of("TLSv1.2", "TLSv1.3"), SUITES)
                .of(List.of(rsa, ec, edwards), asked, true);
        assertThat(shown.map(Credential::keyType).orElse("none")).isEqualTo(kind);
    }

    @Test
    void theNewestVersionCountsWhereItIsAllowed() {
        ClientHello client = new ClientHello(Set.of(0x0303, 0x0304), Set.of(0x1301, 0xc02f),
                Optional.of(Set.of(0x0503, 0x0401)), Optional.empty());
        assertThat(new CertificateChoice(client, Set.of("TLSv1.2", "TLSv1.3"), SUITES).of(List.of(rsa, ec), "EC", true))
                .hasValue(ec);
        assertThat(new CertificateChoice(client, Set.of("TLSv1.2"), SUITES).of(List.of(rsa, ec), "EC", true)).isEmpty();
        assertThat(new CertificateChoice(client, Set.of("TLSv1.2"), SUITES).of(List.of(rsa, ec), "RSA", true))
                .hasValue(rsa);
    }

    @Test
    void aSingleCertificateIsShownToEverybody() {
        ClientHello client = new ClientHello(Set.of(0x0304), Set.of(0x1301), Optional.of(Set.of(0x0807)),
                Optional.empty());
        assertThat(new CertificateChoice(client, Set.of("TLSv1.3"), SUITES).of(List.of(rsa), "EC", true)).hasValue(rsa);
    }

    /** The JDK asks for each kind that it could use. */
    @Test
    void whoTakesOneKindOnlyGetsNoOther() {
        ClientHello client = new ClientHello(Set.of(0x0304), Set.of(0x1301), Optional.of(Set.of(0x0804)),
                Optional.empty());
        CertificateChoice choice = new CertificateChoice(client, Set.of("TLSv1.3"), SUITES);
        assertThat(choice.of(List.of(ec, rsa), "EC", false)).isEmpty();
        assertThat(choice.of(List.of(ec, rsa), "RSA", false)).hasValue(rsa);
        assertThat(choice.of(List.of(ec), "EC", false)).hasValue(ec);
    }

    @Test
    void everySuiteOfTheLibraryHasItsNumber() {
        assertThat(TlsContext.cipherSuites()).filteredOn(name -> name.contains("_WITH_") && !name.contains("_DSS_"))
                .allMatch(name -> SuiteNumbers.of(name).isPresent());
    }
}
