package org.postrider.smtpd;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;

/**
 * The {@code smtpd_sasl_oauth} parameters, extensions of ours (docs/sasl.md).
 *
 * @param keys where the issuer's public keys are (RFC 7517): a URL of https or file; empty when a server is asked about each token
 * @param introspection that server (RFC 7662); empty when keys are there
 * @param client how we log in there, {@code id:secret}
 * @param issuer who must have made the token; empty with introspection for anybody whom that server knows
 * @param audience for whom it must have been made; empty as above
 * @param scope what it must be good for, every word of it
 * @param userClaim the claim that holds the user's name
 * @param discovery told to clients whose token is no good; empty for nothing
 * @param limit of waiting for a server
 */
record OauthSettings(Optional<URI> keys, Optional<URI> introspection, String client, String issuer, String audience,
        Set<String> scope, String userClaim, String discovery, Duration limit) {
    private static final String PREFIX = "smtpd_sasl_oauth_";

    /**
     * Reads them.
     *
     * @throws ConfigurationException when it can't be found out whose a token is, or anybody could hear it on its way
     */
    static OauthSettings of(Parameters parameters) {
        Optional<URI> keys = place(parameters.string(PREFIX + "jwks"), "jwks");
        Optional<URI> introspection = place(parameters.string(PREFIX + "introspection_url"), "introspection_url");
        if (keys.isPresent() == introspection.isPresent()) {
            throw new ConfigurationException("OAUTHBEARER and XOAUTH2 need one of " + PREFIX + "jwks and " + PREFIX
                    + "introspection_url");
        }
        String issuer = parameters.string(PREFIX + "issuer");
        String audience = parameters.string(PREFIX + "audience");
        if (keys.isPresent() && (issuer.isEmpty() || audience.isEmpty())) {
            throw new ConfigurationException(PREFIX + "jwks needs " + PREFIX + "issuer and " + PREFIX
                    + "audience: keys alone do not say for whom a token was made");
        }
        return new OauthSettings(keys, introspection, parameters.string(PREFIX + "client"), issuer, audience,
                Set.copyOf(parameters.list(PREFIX + "scope")), parameters.string(PREFIX + "user_claim"),
                parameters.string(PREFIX + "discovery_url"), parameters.time(PREFIX + "timeout"));
    }

    /** A file's name is a place, too. */
    private static Optional<URI> place(String text, String name) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI place = new URI(text.startsWith("/") ? "file://" + text : text);
            String scheme = String.valueOf(place.getScheme());
            boolean ours = scheme.equals("http") && place.getHost() != null
                    && Set.of("127.0.0.1", "localhost", "[::1]").contains(place.getHost());
            boolean file = scheme.equals("file") && name.equals("jwks");
            if (!scheme.equals("https") && !ours && !file) {
                throw new ConfigurationException(PREFIX + name + ": not a URL of https: " + text);
            }
            return Optional.of(place);
        } catch (URISyntaxException e) {
            throw new ConfigurationException(PREFIX + name + ": " + e.getMessage());
        }
    }

    TokenVerifier verifier(InstantSource clock) {
        return keys.isPresent()
                ? new SignedTokens(this, keys.get())
                : new IntrospectedTokens(this, introspection.get(), clock);
    }

    /** True when these words have all that are wanted. */
    boolean isGoodFor(List<String> granted) {
        return granted.containsAll(scope);
    }
}
