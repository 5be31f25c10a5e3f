package org.postrider.common.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** libcrypt, with hashes that Debian's crypt(3) made. */
class CryptTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aHashIsItsOwnSetting() {
        assertThat(Crypt.isThere()).isTrue();
        String hash = "$5$rounds=1000$saltsalt$eKLZU9t9OoPWrqOQsoTIKG0aYkZ5rGOoOQhiIvoSWX2";
        assertThat(Crypt.hash(bytes("secret"), hash)).contains(hash);
        assertThat(Crypt.hash(bytes("secret"), "$5$rounds=1000$saltsalt$")).contains(hash);
        assertThat(Crypt.hash(bytes("Secret"), hash)).isPresent().get().isNotEqualTo(hash);
    }

    @Test
    void whatTheLibraryDoesNotKnow() {
        assertThat(Crypt.hash(bytes("secret"), "$99$saltsalt$")).isEmpty();
        assertThat(Crypt.hash(bytes("secret"), "")).isEmpty();
        assertThat(Crypt.hash(bytes("secret"), "*")).isEmpty();
        assertThat(Crypt.hash(bytes("sec\0ret"), "$5$rounds=1000$saltsalt$")).isEmpty();
    }
}
