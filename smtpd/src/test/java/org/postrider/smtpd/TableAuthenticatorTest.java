package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postrider.smtpd.ScramClient.encoded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.lookup.Tables;

/** Users in a table, with passwords in every form; the hashes come from Debian's crypt(3) and Dovecot's {@code doveadm pw}. */
class TableAuthenticatorTest {
    private static final String USERS = """
            sha512 $6$rounds=1000$saltsalt$LAV5VE5Y7w1d73x1mFNspYWUpazfmwv2SoepNXNKJ/otop/Zok96Hr8Q13LEv0DRY/x8v0/crpIjl8NJSAqXV/
            sha256 {SHA256-CRYPT}$5$rounds=1000$saltsalt$eKLZU9t9OoPWrqOQsoTIKG0aYkZ5rGOoOQhiIvoSWX2
            bcrypt {BLF-CRYPT}$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW
            yescrypt $y$j75$saltsaltsalt$jyf/lxrpdyAIshWRo1x5DRC6KIE7sNRRtjcomR3PgHA
            md5 $1$saltsalt$9xy1btjgzLYfb7hivXtC//
            des {CRYPT}abNANd1rDfiNc
            plain {PLAIN}secret
            joe@example.com {PLAIN}secret
            dovecot {SCRAM-SHA-256}4096,75zc68xZVlQpJxgWv9y+vw==,LNgpJFxuaQ7F4BTqzy3nuoYP5nC7XykM3PT9myYcVog=,9CtLZk87FMftUUt2ZsZM0fpFJghqqSc2c0zbzvBI224=
            rfc5803 SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=
            locked !$6$rounds=1000$saltsalt$LAV5VE5Y7w1d73x1mFNspYWUpazfmwv2SoepNXNKJ/otop/Zok96Hr8Q13LEv0DRY/x8v0/crpIjl8NJSAqXV/
            gone *
            unknown-method $99$saltsalt$xx
            rot13 {ROT13}frperg
            bare secret
            broken {SCRAM-SHA-256}4096,,x,y
            """;
    private static final List<String> ALL = List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "LOGIN");

    @TempDir
    private Path directory;

    private TableAuthenticator users(String realm) throws IOException {
        Files.writeString(directory.resolve("users"), USERS);
        return open("texthash:" + directory.resolve("users"), realm);
    }

    private TableAuthenticator open(String table, String realm) {
        return new TableAuthenticator(new Tables(directory, InstantSource.system()).list(List.of(table)), ALL, realm,
                new byte[]{1, 2, 3}, Optional.empty(), InstantSource.system());
    }

    private static Authenticator.Start start(String mechanism, String initial) {
        return new Authenticator.Start(mechanism, initial, !initial.isEmpty(),
                FakeWorld.client("192.0.2.1", "client.example"), false, Optional.empty());
    }

    private static Authenticator.Step plain(Authenticator users, String user, String password) throws IOException {
        return users.begin(start("PLAIN", encoded("\0" + user + "\0" + password))).step();
    }

    private static Authenticator.Step scram(Authenticator users, String user, String password) throws IOException {
        ScramClient client = new ScramClient("n,,", "", user, password);
        Authenticator.Begun begun = users.begin(start("SCRAM-SHA-256", client.first()));
        if (!(begun.step() instanceof Authenticator.Step.Challenge(String salt))) {
            return begun.step();
        }
        Authenticator.Step step = begun.exchange().answer(client.last(salt));
        if (!(step instanceof Authenticator.Step.Challenge(String signature))) {
            return step;
        }
        assertThat(client.believes(signature)).isTrue();
        return begun.exchange().answer("");
    }

    @ParameterizedTest
    @CsvSource({"sha512,secret", "sha256,secret", "bcrypt,secret", "yescrypt,secret", "md5,secret", "des,secret",
            "plain,secret", "joe@example.com,secret", "dovecot,pencil", "rfc5803,pencil"})
    void aPasswordInAnyForm(String user, String password) throws IOException {
        Authenticator users = users("");
        assertThat(plain(users, user, password)).isEqualTo(new Authenticator.Step.Success(user));
        for (String wrong : List.of("Secret", "secretx", "pencil ", "x", "secret\n")) {
            assertThat(plain(users, user, wrong))
                    .isEqualTo(new Authenticator.Step.Failure("authentication failure", user));
        }
        assertThat(plain(users, user, "")).isInstanceOf(Authenticator.Step.Failure.class);
        assertThat(users.begin(start("PLAIN", encoded("root\0" + user + "\0" + password))).step())
                .isInstanceOf(Authenticator.Step.Failure.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "locked", "gone", "unknown-method", "bad\u0001name", "\u00ff", ""})
    void nobodyLogsInAsThese(String user) throws IOException {
        Authenticator users = users("");
        assertThat(plain(users, user, "secret"))
                .isEqualTo(new Authenticator.Step.Failure("authentication failure", user));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rot13", "bare", "broken"})
    void anEntryThatSaysNothingIsATemporaryFailure(String user) throws IOException {
        Authenticator users = users("");
        Authenticator.Step later = new Authenticator.Step.TryLater("the user database is not available");
        assertThat(plain(users, user, "secret")).isEqualTo(later);
        assertThat(scram(users, user, "secret")).isEqualTo(later);
    }

    @Test
    void aTableThatDoesNotAnswerIsATemporaryFailure() throws IOException {
        Authenticator users = open("fail:broken", "");
        Authenticator.Step later = new Authenticator.Step.TryLater("the user database is not available");
        assertThat(plain(users, "plain", "secret")).isEqualTo(later);
        assertThat(scram(users, "plain", "secret")).isEqualTo(later);
    }

    @Test
    void loginAsksForNameAndPassword() throws IOException {
        Authenticator users = users("");
        Authenticator.Begun begun = users.begin(start("LOGIN", ""));
        assertThat(begun.step()).isEqualTo(new Authenticator.Step.Challenge(encoded("Username:")));
        assertThat(begun.exchange().answer(encoded("sha512")))
                .isEqualTo(new Authenticator.Step.Challenge(encoded("Password:")));
        assertThat(begun.exchange().answer(encoded("secret"))).isEqualTo(new Authenticator.Step.Success("sha512"));
    }

    @ParameterizedTest
    @CsvSource({"plain,secret", "joe@example.com,secret", "dovecot,pencil", "rfc5803,pencil"})
    void scramWithKeysOrThePassword(String user, String password) throws IOException {
        Authenticator users = users("");
        assertThat(scram(users, user, password)).isEqualTo(new Authenticator.Step.Success(user));
        assertThat(scram(users, user, password + "x"))
                .isEqualTo(new Authenticator.Step.Failure("authentication failure", user));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "sha512", "locked"})
    void whoHasNoKeysFailsAtTheEnd(String user) throws IOException {
        assertThat(scram(users(""), user, "secret"))
                .isEqualTo(new Authenticator.Step.Failure("authentication failure", user));
    }

    @Test
    void whoIsNotThereHasASaltThatStays() throws IOException {
        String first = new ScramClient("n,,", "", "nobody", "x").first();
        String other = new ScramClient("n,,", "", "nobody2", "x").first();
        String salt = salt(users("").begin(start("SCRAM-SHA-256", first)).step());
        assertThat(salt(users("").begin(start("SCRAM-SHA-256", first)).step())).isEqualTo(salt).endsWith(",i=4096");
        assertThat(salt(users("").begin(start("SCRAM-SHA-256", other)).step())).isNotEqualTo(salt);
    }

    private static String salt(Authenticator.Step step) {
        String text = ScramClient.decoded(((Authenticator.Step.Challenge) step).text());
        return text.substring(text.indexOf(",s="));
    }

    @Test
    void namesWithoutDomainGetTheLocalOne() throws IOException {
        Authenticator users = users("example.com");
        assertThat(plain(users, "joe", "secret")).isEqualTo(new Authenticator.Step.Success("joe@example.com"));
        assertThat(scram(users, "joe", "secret")).isEqualTo(new Authenticator.Step.Success("joe@example.com"));
        assertThat(plain(users, "joe@example.com", "secret"))
                .isEqualTo(new Authenticator.Step.Success("joe@example.com"));
    }

    @Test
    void onlyKnownMechanismsAreOffered() throws IOException {
        assertThat(users("").mechanisms()).extracting(Authenticator.Mechanism::name).containsExactlyElementsOf(ALL);
        assertThatThrownBy(() -> new TableAuthenticator(new Tables(directory, InstantSource.system())
                .list(List.of("static:x")), List.of("PLAIN", "GSSAPI"), "", new byte[1],
                Optional.empty(), InstantSource.system()))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("GSSAPI");
        assertThatThrownBy(() -> new TableAuthenticator(new Tables(directory, InstantSource.system())
                .list(List.of()), ALL, "", new byte[1], Optional.empty(), InstantSource.system()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("smtpd_sasl_password_maps");
    }
}
