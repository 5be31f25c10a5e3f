package org.postrider.smtpd;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that say nothing by themselves: their issuer's server is asked about each (RFC 7662). Nothing is kept: a token that was revoked
 * is none.
 */
final class IntrospectedTokens implements TokenVerifier {
    private static final int MOST_BYTES = 64 * 1024;
    private static final int OK = 200;

    private final OauthSettings settings;
    private final URI server;
    private final InstantSource clock;

    IntrospectedTokens(OauthSettings settings, URI server, InstantSource clock) {
        this.settings = settings;
        this.server = server;
        this.clock = clock;
    }

    @Override
    public Finding check(String token) {
        try {
            return judge(JSONObjectUtils.parse(ask(token)));
        } catch (IOException | ParseException e) {
            return new Finding.Unavailable(server.getHost() + ": " + e.getMessage());
        }
    }

    private String ask(String token) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) server.toURL().openConnection();
        try {
            int limit = (int) settings.limit().toMillis();
            connection.setConnectTimeout(limit);
            connection.setReadTimeout(limit);
            connection.setInstanceFollowRedirects(false);
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.setRequestProperty("Accept", "application/json");
            connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
            if (!settings.client().isEmpty()) {
                connection.setRequestProperty("Authorization", "Basic "
                        + Base64.getEncoder().encodeToString(settings.client().getBytes(StandardCharsets.UTF_8)));
            }
            connection.getOutputStream().write(("token=" + URLEncoder.encode(token, StandardCharsets.UTF_8)
                    + "&token_type_hint=access_token").getBytes(StandardCharsets.US_ASCII));
            if (connection.getResponseCode() != OK) {
                throw new IOException("introspection was answered with status " + connection.getResponseCode());
            }
            try (InputStream in = connection.getInputStream()) {
                return WholeText.read(in, MOST_BYTES, settings.limit());
            }
        } finally {
            connection.disconnect();
        }
    }

    private Finding judge(Map<String, Object> answer) {
        if (!Boolean.TRUE.equals(answer.get("active"))) {
            return new Finding.Invalid("the token is not active");
        }
        boolean over = answer.get("exp") instanceof Number end && clock.instant().getEpochSecond() >= end.longValue();
        boolean foreign = !settings.issuer().isEmpty() && !settings.issuer().equals(answer.get("iss"));
        if (over || foreign || !isForUs(answer.get("aud"))) {
            return new Finding.Invalid(over ? "the token is over" : "the token was made by or for somebody else");
        }
        List<String> granted = answer.get("scope") instanceof String words ? List.of(words.split(" ", -1)) : List.of();
        if (!settings.isGoodFor(granted)) {
            return new Finding.Invalid("the token has not the scope " + String.join(" ", settings.scope()));
        }
        Optional<String> user = answer.get(settings.userClaim()) instanceof String name && !name.isEmpty()
                ? Optional.of(name)
                : Optional.empty();
        return user.<Finding>map(Finding.Valid::new)
                .orElseGet(() -> new Finding.Invalid("the token has no " + settings.userClaim()));
    }

    private boolean isForUs(@Nullable Object audience) {
        return settings.audience().isEmpty() || settings.audience().equals(audience)
                || (audience instanceof List<?> several && several.contains(settings.audience()));
    }
}
