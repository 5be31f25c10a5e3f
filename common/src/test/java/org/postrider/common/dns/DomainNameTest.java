package org.postrider.common.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DomainNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"example.org", "a", "_dmarc.example.org", "1.2.3.4.example", "xn--bcher-kva.example"})
    void valid(String name) {
        assertThat(DomainName.valid(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a..b", ".a", "-a.b", "a-.b", "a.b-", "192.0.2.1", "a b", "a\u0000b", "[::1]"})
    void invalid(String name) {
        assertThat(DomainName.valid(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.org", "[192.0.2.1]", "[IPv6:2001:db8::1]", "[::1]"})
    void site(String name) {
        assertThat(DomainName.isSite(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "192.0.2.1", "[example.org]", "[192.0.2.1", "[]", "a..b"})
    void noSite(String name) {
        assertThat(DomainName.isSite(name)).isFalse();
    }
}
