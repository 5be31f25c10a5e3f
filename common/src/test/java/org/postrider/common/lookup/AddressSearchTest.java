package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.mail.Address;

/** Orders of search, extensions. */
class AddressSearchTest {
    private final Tables tables = new Tables(Path.of("/"), InstantSource.system());
    private final AddressSearch search = new AddressSearch(new AddressExtension("+-", true),
            "home.example"::equalsIgnoreCase, false);

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
            "MAILBOX | u+x@a | u+x@a u@a @a",
            // As a Postfix 3.7.11 asked a table that wrote down the questions, recipient_delimiter = +-.
            "REWRITING | owner-list+ext@home.example | owner-list+ext@home.example owner-list+ext @home.example",
            "REWRITING | list-ext-request@home.example | list-ext-request@home.example list-ext-request @home.example",
            "REWRITING | u-a+b@home.example | u-a+b@home.example u@home.example u-a+b u @home.example",
            "REWRITING | +x@home.example | +x@home.example +x @home.example",
            "REWRITING | postmaster+x@home.example | postmaster+x@home.example postmaster@home.example postmaster+x"
                    + " postmaster @home.example",
            "REWRITING | mailer-daemon-x@home.example | mailer-daemon-x@home.example mailer@home.example"
                    + " mailer-daemon-x mailer @home.example",
            "REWRITING | u+@home.example | u+@home.example u@home.example u+ u @home.example",
            "REWRITING | a..b+c@r.example | \"a..b+c\"@r.example a..b+c@r.example \"a..b\"@r.example a..b@r.example"
                    + " @r.example",
            "REWRITING | a..b+c@home.example | \"a..b+c\"@home.example a..b+c@home.example \"a..b\"@home.example"
                    + " a..b@home.example \"a..b+c\" a..b+c \"a..b\" a..b @home.example",
            "ACCESS | a..b+c@r.example | \"a..b+c\"@r.example a..b+c@r.example \"a..b\"@r.example a..b@r.example"
                    + " r.example .example \"a..b+c\"@ a..b+c@ \"a..b\"@ a..b@",
            "TRANSPORT | a..b+c@r.example | \"a..b+c\"@r.example a..b+c@r.example \"a..b\"@r.example a..b@r.example"
                    + " r.example .example *",
            "REWRITING | <> | \"<>\" <>",
            "ACCESS | u+ext@a.b.other.example | u+ext@a.b.other.example u@a.b.other.example a.b.other.example"
                    + " .b.other.example .other.example .example u+ext@ u@"})
    void keysInOrder(AddressSearch.Order order, String address, String keys) {
        List<String> plain = new ArrayList<>();
        List<String> patterns = new ArrayList<>();
        search.find(new TableList(List.of(new Listening(plain, false), new Listening(patterns, true))), address, order);
        assertThat(String.join(" ", plain)).isEqualTo(keys);
        assertThat(patterns).isSubsetOf(address, Address.toExternal(address)).contains(address);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"owner-l | + | true | -1", "owner-l | - | true | -1",
            "owner-l | - | false | 5",
            "owner-l+x | +- | true | -1", "owner-l+x | + | true | 7", "owner- | - | true | 5",
            "-request | - | true | -1",
            "l-Request | - | true | -1", "l-request | - | false | 1", "DOUBLE-bounce | - | false | -1",
            "double-bounce-x | - | true | 6", "u+x | '' | true | -1", "u+x-y | -+ | true | 1", "++x | + | true | 1"})
    void extensions(String local, String delimiters, boolean special, int start) {
        assertThat(new AddressExtension(delimiters, special).start(local)).isEqualTo(start);
    }

    /** parent_domain_matches_subdomains has the parents without their dot. */
    @Test
    void parentsThatMatchSubdomains() {
        List<String> asked = new ArrayList<>();
        new AddressSearch(new AddressExtension("+", true), _ -> true, true).find(
                new TableList(List.of(new Listening(asked, false))), "u@a.b.example", AddressSearch.Order.TRANSPORT);
        assertThat(asked).containsExactly("u@a.b.example", "a.b.example", "b.example", "example", "*");
        assertThat(AddressSearch.domains("sub.helo.example", false))
                .containsExactly("sub.helo.example", ".helo.example", ".example");
        assertThat(AddressSearch.domains("sub.helo.example", true))
                .containsExactly("sub.helo.example", "helo.example", "example");
        assertThat(AddressSearch.networks("127.0.0.1")).containsExactly("127.0.0.1", "127.0.0", "127.0", "127");
        assertThat(AddressSearch.networks("2001:db8::1")).containsExactly("2001:db8::1", "2001:db8:", "2001:db8",
                "2001");
    }

    @Test
    void aDomainAndItsParents() {
        TableList list = tables.list("inline:{.b.example=1, c.example=2} regexp:{{/^d/ 3}}");
        assertThat(AddressSearch.domain(list, "a.b.example")).isEqualTo(new LookupResult.Found("1"));
        assertThat(AddressSearch.domain(list, "b.example")).isEqualTo(LookupResult.NOT_FOUND);
        assertThat(AddressSearch.domain(list, "x.c.example")).isEqualTo(LookupResult.NOT_FOUND);
        assertThat(AddressSearch.domain(list, "d.e.example")).isEqualTo(new LookupResult.Found("3"));
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
