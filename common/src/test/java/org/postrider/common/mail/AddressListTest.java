package org.postrider.common.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists and what comes out when every address without domain gets one; the right column was seen from Postfix 3.7. */
class AddressListTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
            "joe | joe@m",
            "a@b.com, \"Joe \\\"x\\\" User\" <joe@host>, (comment (nested)) bob (Bob) |"
                    + " a@b.com, \"Joe \\\"x\\\" User\" <joe@host>, bob@m (comment (nested)) (Bob)",
            "<@r1,@r2:rt@x.org>, grp: one, two@y; | <rt@x.org>, grp: one@m, two@y;",
            "\"quoted local\"@dom, un quoted <z> | \"quoted local\"@dom, un quoted <z@m>",
            "(no address) | (no address)",
            "first last@host,,<>, a@b c@d | first@m, last@host, , <>, a@b, c@d",
            "a@b,  c@d, joe | a@b, c@d, joe@m",
            "\"x\".y@d, x . y @ z , foo::bar | x.y@d, x.y@z, \"foo::bar\"@m",
            "\"joe\" , 'a b' c | joe@m, 'a@m, b'@m, c@m",
            "undisclosed-recipients:; | undisclosed-recipients: ;",
            "joe\\@x, a<b>c | \"joe@x\"@m, a <b@m>, c@m",
            "<x> foo | <x@m>, foo@m",
            "(c) x (d) y | x@m (c), y@m (d)",
            "Joe. Q. Public <x> | Joe.Q.Public <x@m>",
            "<x> <y>, a.b c@d, grp:x y;foo | <x@m> <y@m>, a.b@m, c@d, grp: x@m, y@m;, foo@m",
            "= joe = | =@m, joe@m, =@m"})
    void list(String value, String expected) {
        AddressList list = AddressList.parse(value);
        list.rewrite(AddressListTest::qualify);
        assertThat(list.format()).isEqualTo(expected);
    }

    private static String qualify(String external) {
        String internal = Address.toInternal(external);
        boolean qualified = internal.equals(external) && internal.indexOf('@') >= 0 || external.endsWith("@dom")
                || external.endsWith("@d");
        return Address.toExternal(qualified ? internal : internal + "@m");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"44 | 'Cc: x@mail.example.com, A,N\tcc@d'",
            "46 | 'Cc: x@mail.example.com,N\tA, cc@d'",
            "64 | 'Cc: x@mail.example.com,N\tA, cc@d'",
            "66 | 'Cc: x@mail.example.com,N\tA,N\tcc@d'"})
    void fold(int length, String expected) {
        String address = "a".repeat(length - 3) + "@b";
        AddressList list = AddressList.parse("x@mail.example.com, " + address + ", cc@d");
        assertThat(list.fold("Cc")).isEqualTo(expected.replace("A", address).replace('N', '\n'));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {"a b@c | \"a b\"@c", "a@b@c | \"a@b\"@c",
            "a..b@c | \"a..b\"@c", "@c | \"\"@c", "a\"b | \"a\\\"b\"", "user+x@c | user+x@c"})
    void quoting(String internal, String external) {
        assertThat(Address.toExternal(internal)).isEqualTo(external);
        assertThat(Address.toInternal(external)).isEqualTo(internal);
        assertThat(Address.of(internal).external()).isEqualTo(external);
    }
}
