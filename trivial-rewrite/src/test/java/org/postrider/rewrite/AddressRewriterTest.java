package org.postrider.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** External form in, external form out; the middle and right columns were seen from Postfix 3.7. */
class AddressRewriterTest {
    private final AddressRewriter local = new AddressRewriter(true, true, "m.example", "",
            AddressRewriter.Completion.UNHEARD);
    private final AddressRewriter remote = new AddressRewriter(true, true, "", "", AddressRewriter.Completion.UNHEARD);

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {"joe | joe@m.example | joe", "@ | \"\" | \"\"",
            "\"\" | \"\" | \"\"", "@a,@b:c@d | c@d | c@d", "a!b | b@a | b@a", "a!b!c | b!c@a | b!c@a",
            "a%b | a@b | a@b", "a%b%c | a%b@c | a%b@c", "a!b%c | b%c@a | b%c@a", "a@b. | a@b | a@b",
            "a@b.. | a@b.. | a@b..", "a@. | a@. | a@.", "a@b@c | \"a@b\"@c | \"a@b\"@c",
            "\"a b\" | \"a b\"@m.example | \"a b\"", "\"a!b\" | a!b@m.example | a!b",
            "a b | \"a b\"@m.example | \"a b\"", "joe@[1.2.3.4] | joe@[1.2.3.4] | joe@[1.2.3.4]", "x@ | x@ | x@",
            "@x | \"\"@x | \"\"@x", "joe. | \"joe.\"@m.example | joe", ".joe | \".joe\"@m.example | \".joe\"",
            "a@b c | a@b c | a@b c", "\"a@b\"@c | \"a@b\"@c | \"a@b\"@c", "a:b | \"a:b\"@m.example | \"a:b\"",
            "!a | a@ | a@", "a! | \"\"@a | \"\"@a", "%a | \"\"@a | \"\"@a", "a% | a@ | a@", "\"joe\"@x | joe@x | joe@x",
            "\"a\".\"b\"@c | a.b@c | a.b@c", "a@\"b\" | a@b | a@b", "\"joe | joe@m.example | joe",
            "@a:@b | \"\"@b | \"\"@b"})
    void contexts(String address, String inLocal, String inRemote) {
        assertThat(local.rewrite(address)).isEqualTo(inLocal);
        assertThat(remote.rewrite(address)).isEqualTo(inRemote);
    }

    @Test
    void whatIsSwitchedOffStays() {
        AddressRewriter plain = new AddressRewriter(false, false, "m.example", "example",
                AddressRewriter.Completion.UNHEARD);
        assertThat(plain.rewrite("a!b")).isEqualTo("a!b@m.example");
        assertThat(plain.rewrite("a%b")).isEqualTo("a%b@m.example");
        assertThat(plain.rewrite("a@b")).isEqualTo("a@b.example");
        assertThat(plain.rewrite("a@[1.2.3.4]")).isEqualTo("a@[1.2.3.4]");
        assertThat(plain.rewrite("")).isEmpty();
    }
}
