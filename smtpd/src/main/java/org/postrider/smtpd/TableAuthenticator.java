package org.postrider.smtpd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.lookup.Aside;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.posix.Crypt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code smtpd_sasl_type = tables}: users and their passwords in lookup tables (smtpd_sasl_password_maps), the mechanisms PLAIN, LOGIN,
 * SCRAM-SHA-256 and SCRAM-SHA-256-PLUS; and OAUTHBEARER and XOAUTH2, whose users are in tokens. docs/sasl.md is its manual. Hashes are computed on threads of their own. Who asks for a
 * user that is not there waits as long, and hears the same, as with a wrong password. Safe for many threads.
 */
final class TableAuthenticator implements Authenticator {
    private static final Logger log = LoggerFactory.getLogger(TableAuthenticator.class);
    private static final String BOUND = "SCRAM-SHA-256-PLUS";
    private static final Set<Property> SCRAM = EnumSet.of(Property.DICTIONARY, Property.MUTUAL_AUTH);
    private static final Set<Property> TOKENS = EnumSet.of(Property.PLAINTEXT, Property.ACTIVE);
    private static final List<Mechanism> MECHANISMS = List.of(new Mechanism(BOUND, SCRAM),
            new Mechanism("SCRAM-SHA-256", SCRAM), new Mechanism("PLAIN", PASSWORDS),
            new Mechanism("LOGIN", PASSWORDS), new Mechanism("OAUTHBEARER", TOKENS),
            new Mechanism("XOAUTH2", TOKENS));
    private static final String OUT_OF_ORDER = "the user database is not available";
    private static final int NONCE_BYTES = 18;
    private static final int SALT_BYTES = 16;

    private final TableList tables;
    private final String realm;
    private final List<Mechanism> mechanisms;
    private final byte[] seed;
    private final Optional<OauthSettings> oauth;
    private final Optional<TokenVerifier> tokens;
    private final Aside work = new Aside();
    private final SecureRandom random = new SecureRandom();
    /** Stands for users that are not there; what the last user that was there has, so that it costs the same. */
    private volatile StoredPassword decoy = new StoredPassword.Keys(
            ScramKeys.derive("nobody", new byte[SALT_BYTES], ScramKeys.USUAL_ITERATIONS));

    /**
     * @param names smtpd_sasl_mechanisms
     * @param realm smtpd_sasl_local_domain: what is added to names without a domain; empty for nothing
     * @param seed known to nobody and the same at every start: the salts of users that are not there come from it
     * @param oauth there when a mechanism with tokens is chosen
     * @param clock says which tokens are over
     * @throws ConfigurationException for a mechanism that is none of ours, and for no table
     */
    TableAuthenticator(TableList tables, List<String> names, String realm, byte[] seed,
            Optional<OauthSettings> oauth, InstantSource clock) {
        this.mechanisms = chosen(names);
        boolean passwords = mechanisms.stream().anyMatch(one -> !one.properties().equals(TOKENS));
        if (passwords && tables.isEmpty()) {
            throw new ConfigurationException("smtpd_sasl_type = tables needs smtpd_sasl_password_maps");
        }
        this.tables = tables;
        this.realm = realm;
        this.seed = seed.clone();
        this.oauth = oauth;
        this.tokens = oauth.map(one -> one.verifier(clock));
    }

    /**
     * True when one of these mechanisms has tokens.
     *
     * @throws ConfigurationException for a mechanism that is none of ours
     */
    static boolean takesTokens(List<String> names) {
        return chosen(names).stream().anyMatch(one -> one.properties().equals(TOKENS));
    }

    private static List<Mechanism> chosen(List<String> names) {
        List<Mechanism> found = new ArrayList<>();
        for (String name : names) {
            String known = name.toUpperCase(Locale.ROOT);
            found.add(MECHANISMS.stream().filter(one -> one.name().equals(known)).findFirst().orElseThrow(
                    () -> new ConfigurationException("unknown mechanism in smtpd_sasl_mechanisms: " + name)));
        }
        return List.copyOf(found);
    }

    @Override
    public List<Mechanism> mechanisms() {
        return mechanisms;
    }

    @Override
    public Begun begin(Start start) throws IOException {
        if (start.mechanism().equals("OAUTHBEARER") || start.mechanism().equals("XOAUTH2")) {
            BearerExchange exchange = new BearerExchange(start.mechanism(), oauth.orElseThrow(), this::checkToken);
            return new Begun(exchange, start.hasInitial() ? exchange.answer(start.initial()) : new Step.Challenge(""));
        }
        if (!start.mechanism().startsWith("SCRAM-")) {
            return PasswordExchange.begin(start, this::check);
        }
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        ScramExchange exchange = new ScramExchange(start.mechanism().equals(BOUND), start.endPoint(), this::keys,
                Base64.getEncoder().encodeToString(nonce));
        return new Begun(exchange, start.hasInitial() ? exchange.answer(start.initial()) : new Step.Challenge(""));
    }

    /** What the tables say of a user. */
    private sealed interface Entry {
        record Known(StoredPassword password) implements Entry {}

        record Unknown() implements Entry {}

        record Unavailable() implements Entry {}
    }

    /** The name by which the tables know a user; empty for one that can't be a user's. */
    private Optional<String> completed(String name) {
        return SaslPrep.prepare(name)
                .map(user -> realm.isEmpty() || user.indexOf('@') >= 0 ? user : user + "@" + realm);
    }

    private Entry entry(Optional<String> user) {
        if (user.isEmpty()) {
            return new Entry.Unknown();
        }
        return switch (tables.find(user.get())) {
            case LookupResult.NotFound() -> new Entry.Unknown();
            case LookupResult.Unavailable(String reason) -> {
                log.warn("smtpd_sasl_password_maps: {}", SyntaxText.escaped(reason));
                yield new Entry.Unavailable();
            }
            case LookupResult.Found(String value) -> usable(user.get(), value);
        };
    }

    private Entry usable(String user, String value) {
        Optional<StoredPassword> password = StoredPassword.parse(value);
        if (password.isEmpty()) {
            log.warn("smtpd_sasl_password_maps: the password of {} has an unknown form", SyntaxText.escaped(user));
            return new Entry.Unavailable();
        }
        if (password.get() instanceof StoredPassword.Locked) {
            return new Entry.Unknown();
        }
        if (password.get() instanceof StoredPassword.Hash && !Crypt.isThere()) {
            log.warn("smtpd_sasl_password_maps: the password of {} needs crypt(3), and this system has no libcrypt",
                    SyntaxText.escaped(user));
            return new Entry.Unavailable();
        }
        decoy = password.get();
        return new Entry.Known(password.get());
    }

    /** OAUTHBEARER and XOAUTH2. What a token says is Unicode, and a user's name is bytes here. */
    private TokenVerifier.Finding checkToken(String token) throws IOException {
        return switch (work.call(() -> tokens.orElseThrow().check(token))) {
            case TokenVerifier.Finding.Valid(String user) ->
                completed(new String(user.getBytes(StandardCharsets.UTF_8),
                        StandardCharsets.ISO_8859_1)).<TokenVerifier.Finding>map(TokenVerifier.Finding.Valid::new)
                        .orElseGet(() -> new TokenVerifier.Finding.Invalid("the token's user has a name that is none"));
            case TokenVerifier.Finding other -> other;
        };
    }

    /** PLAIN and LOGIN. */
    private Step check(String name, String password) throws IOException {
        Optional<String> user = completed(name);
        String shown = user.orElse(name);
        return switch (entry(user)) {
            case Entry.Unavailable() -> new Step.TryLater(OUT_OF_ORDER);
            case Entry.Unknown() -> {
                boolean _ = work.call(() -> belongs(decoy, password));
                yield new Step.Failure("authentication failure", shown);
            }
            case Entry.Known(StoredPassword stored) -> work.call(() -> belongs(stored, password))
                    ? new Step.Success(shown)
                    : new Step.Failure("authentication failure", shown);
        };
    }

    private static boolean belongs(StoredPassword stored, String password) {
        return !password.isEmpty() && switch (stored) {
            case StoredPassword.Hash(String hash) -> Crypt
                    .hash(password.getBytes(StandardCharsets.ISO_8859_1), hash)
                    .filter(made -> isEqual(made, hash)).isPresent();
            case StoredPassword.Keys(ScramKeys keys) -> SaslPrep.prepare(password).filter(keys::belongTo).isPresent();
            case StoredPassword.Plain(String known) -> isEqual(known, password);
            case StoredPassword.Locked() -> false;
        };
    }

    /** In a time that does not tell where the difference is. */
    private static boolean isEqual(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.ISO_8859_1),
                other.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** SCRAM. */
    private ScramExchange.Found keys(String name) throws IOException {
        Optional<String> user = completed(name);
        String shown = user.orElse(name);
        return switch (entry(user)) {
            case Entry.Unavailable() -> new ScramExchange.Found.Unavailable(OUT_OF_ORDER);
            case Entry.Unknown() -> madeUp(shown);
            case Entry.Known(StoredPassword.Keys(ScramKeys keys)) -> new ScramExchange.Found.Keys(shown, keys, true);
            case Entry.Known(StoredPassword.Plain(String password)) when SaslPrep.prepare(password).isPresent() ->
                new ScramExchange.Found.Keys(shown, derived(SaslPrep.prepare(password).get(), shown), true);
            case Entry.Known _ -> {
                log.warn("smtpd_sasl_password_maps: {} can't use SCRAM-SHA-256, the table has no keys for it",
                        SyntaxText.escaped(shown));
                yield madeUp(shown);
            }
        };
    }

    private ScramExchange.Found madeUp(String user) throws IOException {
        ScramKeys keys = decoy instanceof StoredPassword.Keys(ScramKeys last)
                ? last.ofNobody(salt(user))
                : derived("nobody", user).ofNobody(salt(user));
        return new ScramExchange.Found.Keys(user, keys, false);
    }

    private ScramKeys derived(String password, String user) throws IOException {
        return work.call(() -> ScramKeys.derive(password, salt(user), ScramKeys.USUAL_ITERATIONS));
    }

    /** A salt of this user's own that stays the same. */
    private byte[] salt(String user) {
        return ScramKeys.salt(seed, user, SALT_BYTES);
    }
}
