package org.postrider.common.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postrider.common.wire.ClientHellos;

class KeyRingTest {
    /** A table of patterns has certificates for whatever names clients think of. */
    @Test
    void namesWithoutEndAreForgotten() throws GeneralSecurityException {
        Credential credential = new Credential(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate(),
                List.of());
        KeyRing ring = new KeyRing(List.of(credential), _ -> Optional.of(List.of(credential)), new ClientHellos());
        String first = ring.named(credential, "0.example");
        assertThat(ring.getPrivateKey(String.valueOf(first))).isSameAs(credential.key());
        String last = null;
        for (int i = 1; i <= KeyRing.MOST_NAMES; i++) {
            last = ring.named(credential, i + ".example");
        }
        assertThat(ring.getPrivateKey(String.valueOf(last))).isSameAs(credential.key());
        assertThat(ring.getPrivateKey(String.valueOf(first))).isNull();
        assertThat(ring.getPrivateKey("EdDSA")).isSameAs(credential.key());
    }

    @Test
    void anAliasStaysWithItsCertificate() throws GeneralSecurityException {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("Ed25519");
        Credential before = new Credential(keys.generateKeyPair().getPrivate(), List.of());
        Credential renewed = new Credential(keys.generateKeyPair().getPrivate(), List.of());
        KeyRing ring = new KeyRing(List.of(before), _ -> Optional.empty(), new ClientHellos());
        String first = ring.named(before, "a.example");
        assertThat(ring.named(before, "a.example")).isEqualTo(first);
        String second = ring.named(renewed, "a.example");
        assertThat(second).isNotEqualTo(first);
        assertThat(ring.getPrivateKey(first)).isSameAs(before.key());
        assertThat(ring.getPrivateKey(second)).isSameAs(renewed.key());
    }
}
