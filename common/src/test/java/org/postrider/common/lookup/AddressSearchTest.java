package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Orders of search, extensions. */
class AddressSearchTest {
    private final Tables tables = new Tables(Path.of("/"), InstantSource.system());
    private final AddressSearch search = new AddressSearch("+-", "home.example"::equalsIgnoreCase, false);

    /** Answers nothing and keeps the questions. */
    private record Listening(List<String> keys, boolean wantsWholeKey) implements LookupTable {
        @Override
        public LookupResult find(String key) {
            keys.add(key);
            return LookupResult.NOT_FOUND;
        }

        @Override
        public String title() {
            return "listening:";
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "REWRITING | u+x@home.example | u+x@home.example u@home.example u+x u @home.example",
            "REWRITING | u+x@a.example | u+x@a.example u@a.example @a.example", "REWRITING | u+x | u+x u",
            "REWRITING | +x@a | +x@a @a", "REWRITING | u-y+x@a | u-y+x@a u@a @a",
            "REWRITING | owner-l@a | owner-l@a @a", "REWRITING | l-request@a | l-request@a @a",
            "REWRITING | MAILER-DAEMON@a | MAILER-DAEMON@a @a",
            "ACCESS | u+x@s.a.b | u+x@s.a.b u@s.a.b s.a.b .a.b .b u+x@ u@",
            "TRANSPORT | u+x@s.a.b | u+x@s.a.b u@s.a.b s.a.b .a.b .b *",
            "TRANSPORT | u@[1.2.3.4] | u@[1.2.3.4] [1.2.3.4] *",
            "MAILBOX | u+x@a | u+x@a u@a @a"})
    void keysInOrder(AddressSearch.Order order, String address, String keys) {
        List<String> plain = new ArrayList<>();
        List<String> patterns = new ArrayList<>();
        search.find(new TableList(List.of(new Listening(plain, false), new Listening(patterns, true))), address, order);
        assertThat(String.join(" ", plain)).isEqualTo(keys);
        assertThat(patterns).containsExactly(address);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"u+x@a | u@a | +x", "u@a | u@a | ''", "u+y@a | u+y@a | ''", "q+z@b | @b | +z"})
    void theUnmatchedExtensionIsReturned(String address, String key, String extension) {
        TableList list = tables.list("inline:{u@a=1, u+y@a=2, @b=3}");
        AddressSearch.Answer answer = search.find(list, address, AddressSearch.Order.REWRITING);
        assertThat(answer.key()).isEqualTo(key);
        assertThat(answer.extension()).isEqualTo(extension);
    }

    @Test
    void aBrokenTableEndsTheSearch() {
        TableList list = tables.list("inline:{u@a=1} fail:x static:y");
        assertThat(search.find(list, "u@a", AddressSearch.Order.MAILBOX).result())
                .isInstanceOf(LookupResult.Found.class);
        assertThat(search.find(list, "v@a", AddressSearch.Order.MAILBOX).result())
                .isInstanceOf(LookupResult.Unavailable.class);
    }
}
