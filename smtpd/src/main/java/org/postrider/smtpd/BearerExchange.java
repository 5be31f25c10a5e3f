package org.postrider.smtpd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of OAUTHBEARER (RFC 7628) and of XOAUTH2, which other providers made before it. A token that is no good is answered
 * with a challenge that says so in JSON; whatever the client answers, it has failed. Text in which one char is one byte.
 */
final class BearerExchange implements Authenticator.Exchange {
    /** Says whose a token is. */
    @FunctionalInterface
    interface Check {
        TokenVerifier.Finding check(String token) throws IOException;
    }

    private static final Logger log = LoggerFactory.getLogger(BearerExchange.class);
    private static final Pattern OAUTHBEARER = Pattern
            .compile("[ny],(?:a=([^,\\x00\\x01]+))?,\\x01((?:[A-Za-z]+=[^\\x00\\x01]*\\x01)*)\\x01");
    private static final Pattern XOAUTH2 = Pattern
            .compile("user=([^\\x00\\x01]+)\\x01((?:[A-Za-z]+=[^\\x00\\x01]*\\x01)*)\\x01");
    private static final Pattern TOKEN = Pattern.compile("(?:.*\\x01)?auth=Bearer +([A-Za-z0-9._~+/-]+=*)\\x01.*",
            Pattern.CASE_INSENSITIVE);
    private static final Authenticator.Step BAD_PROTOCOL = new Authenticator.Step.Failure("bad protocol / cancel", "");

    private final boolean standard;
    private final OauthSettings settings;
    private final Check check;
    private Optional<String> refused = Optional.empty();

    BearerExchange(String mechanism, OauthSettings settings, Check check) {
        this.standard = mechanism.equals("OAUTHBEARER");
        this.settings = settings;
        this.check = check;
    }

    @Override
    public Authenticator.Step answer(String response) throws IOException {
        if (refused.isPresent()) {
            return new Authenticator.Step.Failure("authentication failure", refused.get());
        }
        String text;
        try {
            text = new String(Base64.getDecoder().decode(response), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException _) {
            return new Authenticator.Step.Failure("Invalid base64 data", "");
        }
        Matcher message = (standard ? OAUTHBEARER : XOAUTH2).matcher(text);
        return message.matches() ? judge(Optional.ofNullable(message.group(1)), message.group(2)) : BAD_PROTOCOL;
    }

    private Authenticator.Step judge(Optional<String> claimed, String pairs) throws IOException {
        Matcher token = TOKEN.matcher(pairs);
        if (!token.matches()) {
            return refuse(claimed.orElse(""), "no bearer token");
        }
        return switch (check.check(token.group(1))) {
            case TokenVerifier.Finding.Valid(String user) ->
                claimed.map(this::name).filter(name -> !is(name, user)).isPresent()
                        ? refuse(claimed.get(), "the token is " + user + "'s")
                        : new Authenticator.Step.Success(user);
            case TokenVerifier.Finding.Invalid(String reason) -> refuse(claimed.orElse(""), reason);
            case TokenVerifier.Finding.Unavailable(String reason) -> {
                log.warn("smtpd_sasl_oauth: {}", SyntaxText.escaped(reason));
                yield new Authenticator.Step.TryLater("tokens can't be checked");
            }
        };
    }

    /** RFC 5801 section 4: a comma is written =2C and an equals sign =3D. */
    private String name(String claimed) {
        return standard ? claimed.replace("=2C", ",").replace("=3D", "=") : claimed;
    }

    private static boolean is(String claimed, String user) {
        return claimed.equalsIgnoreCase(user);
    }

    private Authenticator.Step refuse(String user, String reason) {
        log.info("token of {} refused: {}", user.isEmpty() ? "(unavailable)" : SyntaxText.escaped(user),
                SyntaxText.escaped(reason));
        refused = Optional.of(user);
        List<String> members = new ArrayList<>();
        members.add(standard ? member("status", "invalid_token") : member("status", "401"));
        if (!standard) {
            members.add(member("schemes", "bearer"));
        }
        if (!settings.scope().isEmpty()) {
            members.add(member("scope", String.join(" ", settings.scope().stream().sorted().toList())));
        }
        if (standard && !settings.discovery().isEmpty()) {
            members.add(member("openid-configuration", settings.discovery()));
        }
        return new Authenticator.Step.Challenge(Base64.getEncoder()
                .encodeToString(("{" + String.join(",", members) + "}").getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String member(String name, String value) {
        return '"' + name + "\":\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    @Override
    public void close() {
        // Nothing is held between two requests.
    }
}
