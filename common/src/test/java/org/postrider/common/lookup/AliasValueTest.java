package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Right-hand sides of aliases. */
class AliasValueTest {
    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '\'', value = {"a, b@c,, d ; a/b@c/d",
            "\"|/bin/x a, b\", c ; |/bin/x a, b/c",
            "|/bin/x (y) ; |/bin/x (y)", ":include:/l, x ; :include:/l/x", "/var/mail/x ; /var/mail/x",
            "Ann <ann@x>, (bob) bob ; ann@x/bob", "\\root ; \\root", "\"a b\"@x.y ; a b@x.y",
            "\"Ann, B\" <ann@x> ; ann@x", "\"|cmd \\\"q\\\"\" ; |cmd \"q\""})
    void splits(String text, String parts) {
        assertThat(String.join("/", AliasValue.split(text))).isEqualTo(parts);
    }

    @ParameterizedTest
    @CsvSource({"|x y,Command[command=x y]", "/f,File[path=/f]", ":Include: /l,Include[path=/l]",
            "a@b,Address[address=a@b]"})
    void kinds(String text, String expected) {
        assertThat(AliasValue.parse(text)).singleElement().hasToString(expected);
    }
}
