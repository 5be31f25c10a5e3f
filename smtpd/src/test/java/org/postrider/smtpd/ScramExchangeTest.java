package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.smtpd.ScramClient.decoded;
import static org.postrider.smtpd.ScramClient.encoded;

import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 5802 and RFC 7677: the example of the latter, and what clients say that don't follow them. */
class ScramExchangeTest {
    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private static final String LAST = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private static final ScramKeys PENCIL = ScramKeys.derive("pencil",
            Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);
    private static final String BOUND_TO = "\u0001\u00ff,digest";

    private static ScramExchange.Found find(String user) {
        return user.equals("down")
                ? new ScramExchange.Found.Unavailable("out of order")
                : new ScramExchange.Found.Keys(user, PENCIL, user.equals("user") || user.equals("a,b=c"));
    }

    private static ScramExchange exchange() {
        return new ScramExchange(false, Optional.empty(), ScramExchangeTest::find, SERVER_NONCE);
    }

    private static ScramExchange offeringBoth(boolean bound) {
        return new ScramExchange(bound, Optional.of(BOUND_TO), ScramExchangeTest::find, SERVER_NONCE);
    }

    private static String challenge(Authenticator.Step step) {
        return step instanceof Authenticator.Step.Challenge(String text) ? decoded(text) : String.valueOf(step);
    }

    @Test
    void theExampleOfRfc7677() throws IOException {
        ScramExchange exchange = exchange();
        assertThat(challenge(exchange.answer(encoded(FIRST)))).isEqualTo(
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        assertThat(challenge(exchange.answer(encoded(LAST))))
                .isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        assertThat(exchange.answer("")).isEqualTo(new Authenticator.Step.Success("user"));
        assertThat(exchange.answer("")).isInstanceOf(Authenticator.Step.Failure.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "n", "n,,", "n,,n=,r=x", "n,,n=user", "n,,n=user,r=", "n,,n=user,r=a b",
            "n,,r=x,n=user",
            "x,,n=user,r=x", "n,,m=ext,n=user,r=x", "n,a=,n=user,r=x", "n,a=other,n=user,r=x", "n,,n=us=er,r=x",
            "n,,n=us=2cer,r=x", "p=tls-unique,,n=user,r=x", "p=tls-server-end-point,,n=user,r=x", "n,,n=us\0er,r=x",
            "p=,,n=user,r=x", "user\0user\0pencil"})
    void aFirstMessageOfBadForm(String message) throws IOException {
        ScramExchange exchange = exchange();
        assertThat(exchange.answer(encoded(message)))
                .isEqualTo(new Authenticator.Step.Failure("bad protocol / cancel", ""));
        assertThat(exchange.answer(encoded(LAST))).isInstanceOf(Authenticator.Step.Failure.class);
    }

    @Test
    void aNonceWithoutEnd() throws IOException {
        assertThat(exchange().answer(encoded("n,,n=user,r=" + "x".repeat(257))))
                .isEqualTo(new Authenticator.Step.Failure("bad protocol / cancel", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "c=biws,r=other,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            "c=eSws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            "c=biws,r=rOprNGfwEbeRWgbNEkqO,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=",
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=a"})
    void aLastMessageOfBadForm(String message) throws IOException {
        ScramExchange exchange = exchange();
        assertThat(exchange.answer(encoded(FIRST))).isInstanceOf(Authenticator.Step.Challenge.class);
        assertThat(exchange.answer(encoded(message)))
                .isEqualTo(new Authenticator.Step.Failure("bad protocol / cancel", ""));
        assertThat(exchange.answer(encoded(LAST))).isInstanceOf(Authenticator.Step.Failure.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="})
    void aProofThatIsNone(String proof) throws IOException {
        ScramExchange exchange = exchange();
        assertThat(exchange.answer(encoded(FIRST))).isInstanceOf(Authenticator.Step.Challenge.class);
        assertThat(exchange.answer(encoded(LAST.substring(0, LAST.indexOf("p=")) + "p=" + proof)))
                .isEqualTo(new Authenticator.Step.Failure("authentication failure", "user"));
    }

    @Test
    void whoIsNotThereFailsLikeAWrongPassword() throws IOException {
        ScramClient client = new ScramClient("n,,", "", "nobody", "pencil");
        ScramExchange exchange = exchange();
        Authenticator.Step first = exchange.answer(client.first());
        assertThat(first).isInstanceOf(Authenticator.Step.Challenge.class);
        assertThat(exchange.answer(client.last(encoded(challenge(first)))))
                .isEqualTo(new Authenticator.Step.Failure("authentication failure", "nobody"));
    }

    @Test
    void aDatabaseOutOfOrder() throws IOException {
        assertThat(exchange().answer(encoded("n,,n=down,r=x")))
                .isEqualTo(new Authenticator.Step.TryLater("out of order"));
    }

    @Test
    void namesMayHaveCommasAndAuthorizeThemselves() throws IOException {
        assertThat(logIn(exchange(), new ScramClient("n,a=a=2Cb=3Dc,", "", "a=2Cb=3Dc", "pencil")))
                .isEqualTo(new Authenticator.Step.Success("a,b=c"));
    }

    @Test
    void theChannelIsBound() throws IOException {
        String header = "p=tls-server-end-point,,";
        assertThat(logIn(offeringBoth(true), new ScramClient(header, BOUND_TO, "user", "pencil")))
                .isEqualTo(new Authenticator.Step.Success("user"));
        assertThat(logIn(offeringBoth(true), new ScramClient(header, "another channel", "user", "pencil")))
                .isInstanceOf(Authenticator.Step.Failure.class);
        assertThat(logIn(offeringBoth(true), new ScramClient("n,,", "", "user", "pencil")))
                .isInstanceOf(Authenticator.Step.Failure.class);
        assertThat(logIn(offeringBoth(true), new ScramClient("p=tls-unique,,", BOUND_TO, "user", "pencil")))
                .isInstanceOf(Authenticator.Step.Failure.class);
    }

    @Test
    void aListOfMechanismsThatSomebodyShortenedIsFoundOut() throws IOException {
        assertThat(logIn(offeringBoth(false), new ScramClient("n,,", "", "user", "pencil")))
                .isEqualTo(new Authenticator.Step.Success("user"));
        assertThat(logIn(offeringBoth(false), new ScramClient("y,,", "", "user", "pencil")))
                .isInstanceOf(Authenticator.Step.Failure.class);
        assertThat(logIn(exchange(), new ScramClient("y,,", "", "user", "pencil")))
                .isEqualTo(new Authenticator.Step.Success("user"));
    }

    private static Authenticator.Step logIn(ScramExchange exchange, ScramClient client) throws IOException {
        Authenticator.Step step = exchange.answer(client.first());
        if (!(step instanceof Authenticator.Step.Challenge(String salt))) {
            return step;
        }
        step = exchange.answer(client.last(salt));
        if (!(step instanceof Authenticator.Step.Challenge(String signature))) {
            return step;
        }
        assertThat(client.believes(signature)).isTrue();
        return exchange.answer("");
    }
}
