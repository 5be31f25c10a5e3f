package org.postrider.common.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.Parameters;

/** Lists as openssl ciphers(1) has them, over a few suites. */
class CipherListTest {
    private static final String MODERN = "TLS_AES_128_GCM_SHA256";
    private static final String GCM128 = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
    private static final String GCM256 = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
    private static final String CBC = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA";
    private static final String STATIC = "TLS_RSA_WITH_AES_256_CBC_SHA";
    private static final String TRIPLE = "TLS_RSA_WITH_3DES_EDE_CBC_SHA";
    private static final List<String> ALL = List.of(MODERN, GCM128, GCM256, CBC, STATIC, TRIPLE);
    private static final Parameters DEFAULTS = Parameters.of(Map.of("myhostname", "a.example", "mydomain", "example"));

    private static List<String> select(String list) throws TlsException {
        List<String> chosen = CipherList.select(list, ALL);
        assertThat(chosen.getFirst()).isEqualTo(MODERN);
        return chosen.subList(1, chosen.size());
    }

    @Test
    void wordsAddAndTakeAway() throws TlsException {
        assertThat(select("ALL")).containsExactly(GCM128, GCM256, CBC, STATIC, TRIPLE);
        assertThat(select("kRSA:ECDHE")).containsExactly(STATIC, TRIPLE, GCM128, GCM256, CBC);
        assertThat(select("ALL:!3DES:-AES128:ALL")).containsExactly(GCM256, STATIC, GCM128, CBC);
        assertThat(select("ALL:!kRSA:+AES128")).containsExactly(GCM256, GCM128, CBC);
        assertThat(select("ECDHE+AESGCM, AES256-SHA")).containsExactly(GCM128, GCM256, STATIC);
        assertThat(select("ALL:@STRENGTH:@SECLEVEL=2")).containsExactly(GCM256, STATIC, GCM128, CBC, TRIPLE);
        assertThat(select("no-such-word:AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256")).containsExactly(GCM128);
    }

    @Test
    void aListOfNothingIsAnError() {
        assertThatThrownBy(() -> CipherList.select("aNULL:eNULL", ALL)).isInstanceOf(TlsException.class)
                .hasMessage("no cipher match: aNULL:eNULL");
    }

    @Test
    void gradesStandForLists() throws TlsException {
        assertThat(select(CipherGrades.of(DEFAULTS).list("medium", Set.of())))
                .containsExactly(GCM256, STATIC, GCM128, CBC);
        assertThat(select(CipherGrades.of(DEFAULTS).list("HIGH", Set.of("kRSA", "ECDHE+SHA1")))).containsExactly(GCM256,
                GCM128);
        assertThat(CipherGrades.of(DEFAULTS).list("low", Set.of()))
                .isEqualTo(CipherGrades.of(DEFAULTS).list("medium", Set.of()));
        assertThatThrownBy(() -> CipherGrades.of(DEFAULTS).list("best", Set.of())).isInstanceOf(TlsException.class)
                .hasMessage("invalid cipher grade: \"best\"");
    }
}
