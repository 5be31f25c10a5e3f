package org.postrider.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names in UTF-8 and the same for DNS; the samples are those of RFC 3492 section 7.1, UTS #46 and names in use. */
class AsciiDomainTest {
    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({"example.org, example.org, example.org", "Example.ORG, Example.ORG, Example.ORG",
            "b\u00fccher.example, xn--bcher-kva.example, xn--bcher-kva.example",
            "mail.B\u00dcCHER.example., mail.xn--bcher-kva.example., mail.xn--bcher-kva.example.",
            "fa\u00df.de, xn--fa-hia.de, fass.de",
            "Stra\u00dfe.B\u00fccher.de, xn--strae-oqa.xn--bcher-kva.de, strasse.xn--bcher-kva.de",
            "\u03b2\u03cc\u03bb\u03bf\u03c2.com, xn--nxasmm1c.com, xn--nxasmq6b.com",
            "\u4f8b\u5b50\u3002\u6d4b\u8bd5, xn--fsqu00a.xn--0zwm56d, xn--fsqu00a.xn--0zwm56d",
            "\ud83d\ude00.example, xn--e28h.example, xn--e28h.example",
            "\u0644\u064a\u0647\u0645\u0627\u0628\u062a\u0643\u0644\u0645\u0648\u0634\u0639\u0631\u0628\u064a\u061f.x, xn--egbpdaj6bu4bxfgehfvwxn.x, xn--egbpdaj6bu4bxfgehfvwxn.x"})
    void labelsBecomeAscii(String name, String today, String before) {
        assertThat(AsciiDomain.of(bytes(name), false)).contains(today);
        assertThat(AsciiDomain.of(bytes(name), true)).contains(before);
    }

    @Test
    void whatIsNoNameHasNoSuchForm() {
        assertThat(AsciiDomain.of("b\u00fccher.example", false)).isEmpty();
        assertThat(AsciiDomain.of(bytes("\u00fc".repeat(100) + ".example"), false)).isEmpty();
        assertThat(AsciiDomain.of("", false)).contains("");
    }
}
