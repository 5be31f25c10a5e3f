package org.postrider.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.ipc.RewriteRequest;

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

    @Test
    void whatAskersTakeForFullFormIsChangedByNoRule() {
        List<AddressRewriter> rules = List.of(local, remote,
                new AddressRewriter(false, false, "m.example", "example", AddressRewriter.Completion.UNHEARD),
                new AddressRewriter(true, false, "", "example", AddressRewriter.Completion.UNHEARD),
                new AddressRewriter(false, true, "m.example", "", AddressRewriter.Completion.UNHEARD));
        Random chance = new Random(20);
        String letters = "aZ9.@.@-_+=/%!\"\\:[] ,\u00e4";
        int full = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder address = new StringBuilder();
            for (int length = chance.nextInt(9); length >= 0; length--) {
                // Most of them nearly plain.
                int kinds = chance.nextInt(8) == 0 ? letters.length() : 11;
                address.append(letters.charAt(chance.nextInt(kinds)));
            }
            if (new RewriteRequest(RewriteRequest.LOCAL, address.toString()).isInFullForm()) {
                full++;
                for (AddressRewriter rule : rules) {
                    assertThat(rule.rewriteInternal(address.toString())).isEqualTo(address.toString());
                }
            }
        }
        assertThat(full).isGreaterThan(300);
    }

    @ParameterizedTest
    @CsvSource({"joe@example.com, true", "joe.x+y-z_1=/@a-b.c_d.example, true", "joe@example, false", "joe, false",
            "@example.com, false", "joe@example.com., false", "joe@.example.com, false", "joe.@example.com, false",
            ".joe@example.com, false", "joe@a@example.com, false", "joe%a@example.com, false",
            "joe!a@example.com, false", "joe@[1.2.3.4], false", "j\u00f6@example.com, false", "joe@b..example, false"})
    void askersAskUnlessTheFormIsFull(String address, boolean full) {
        assertThat(new RewriteRequest(RewriteRequest.LOCAL, address).isInFullForm()).isEqualTo(full);
    }
}
