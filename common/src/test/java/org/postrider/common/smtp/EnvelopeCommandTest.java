package org.postrider.common.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeCommandTest {
    private static String address(String arguments, boolean strict) {
        return switch (EnvelopeCommand.parse(arguments, "FROM", strict)) {
            case EnvelopeCommand.Path(String address, _, _) -> address;
            case EnvelopeCommand.BadAddress(String text) -> "bad address " + text;
            case EnvelopeCommand.BadCommand() -> "bad command";
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {"FROM:<a@b>|a@b", "from: <a@b>|a@b",
            "FROM:<\"a b\"@c>|a b@c", "FROM:<\"a\\\"b\"@c>|a\"b@c", "FROM:<\"a@b\"@c>|a@b@c", "FROM:<@x,@y:a@b>|a@b",
            "FROM:<a@[1.2.3.4]>|a@[1.2.3.4]", "FROM:<a@[IPv6:::1]>|a@[IPv6:::1]", "FROM:<postmaster>|postmaster",
            "FROM:<a+b/c=d@e>|a+b/c=d@e", "FROM:< a@b >|a@b", "FROM:<a . b @ c>|a.b@c", "FROM:<<a@b>>|a@b",
            "FROM:<a:b@c>|a:b@c", "FROM:<a\\ b@c>|a b@c", "FROM:<a@[1.2.3.4>|a@[1.2.3.4]", "FROM:<a@b>>|a@b",
            "FROM:<\"a> b\"@c>|a> b@c", "FROM:<@a\\:b:c@d>|b:c@d"})
    void readsGoodAddresses(String arguments, String expected) {
        assertThat(address(arguments, true)).isEqualTo(expected);
        assertThat(address(arguments, false)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {"FROM:a@b|a@b", "FROM: a@b|a@b",
            "FROM:<a(comment)@b>|a@b", "FROM:<a@b (c)>|a@b", "FROM:<\"\"@c>|@c", "FROM:<@c>|@c", "FROM:(c)<a@b>|a@b",
            "FROM:Joe<a@b>|a@b", "FROM:\"Joe Doe\"<a@b>|a@b", "FROM:<a@b>(c)|a@b", "FROM:<g:a@b;>|a@b",
            "FROM:g:<a@b>;|a@b",
            "FROM:<a@b,>|a@b", "FROM:;a|a", "FROM:a<b c>|bc", "FROM:a<b,c>|b,c", "FROM::<a>|a", "FROM:<>x|x",
            "FROM:a<<b>>|b>", "FROM:<g:a;h:b;>|b", "FROM:a\\|a", "FROM:(c)@a:b@c|@a:b@c", "FROM:<>a>|a"})
    void isLenientUnlessStrict(String arguments, String expected) {
        assertThat(address(arguments, false)).isEqualTo(expected);
        assertThat(address(arguments, true)).startsWith("bad address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FROM:<>", "FROM:< >", "FROM:<\"\">", "FROM:<<>>", "FROM:<@a:>"})
    void theNullPathIsEmpty(String arguments) {
        assertThat(address(arguments, true)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"FROM:<a b@c>", "FROM:<a@b c>", "FROM:<\"a\"b@c>", "FROM:<a@b>x", "FROM:<a@b>,<c@d>",
            "FROM:a,b",
            "FROM:a:<b>", "FROM:<a[b]@c>", "FROM:<a\0@b>", "FROM:<\"a\rb\"@c>", "FROM:<a\\\r@c>"})
    void refusesWhatIsNoOneAddress(String arguments) {
        assertThat(address(arguments, false)).isEqualTo("bad address " + arguments.substring("FROM:".length()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FROM:<a@b", "FROM:<\"a@b>", "FROM:<a\\>", "FROM:\"a b", "FROM:<a<b>"})
    void refusesWhatHasNoEnd(String arguments) {
        assertThat(address(arguments, false)).isEqualTo("bad address ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "FROM", "FROM:", "FROM <a@b>", "FROM :<a@b>", "TO:<a@b>", "<a@b>"})
    void refusesBadCommands(String arguments) {
        assertThat(address(arguments, false)).isEqualTo("bad command");
    }

    @Test
    void readsParameters() {
        assertThat(EnvelopeCommand.parse("FROM:<a@b> size=100 BODY=8BITMIME  SMTPUTF8", "FROM", true)).isEqualTo(
                new EnvelopeCommand.Path("a@b", "<a@b>", List.of(new EsmtpParameter("SIZE", "100", true, "size=100"),
                        new EsmtpParameter("BODY", "8BITMIME", true, "BODY=8BITMIME"),
                        new EsmtpParameter("SMTPUTF8", "", false, "SMTPUTF8"))));
    }
}
