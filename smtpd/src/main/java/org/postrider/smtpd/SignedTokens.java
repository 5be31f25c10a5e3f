package org.postrider.smtpd;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.List;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;

/**
 * Tokens that their issuer has signed (RFC 7519, RFC 9068), with keys from a file or a server (RFC 7517). Keys are kept: those of a file for
 * ten seconds, a server's for five minutes, and for four hours while it does not answer; a token with an unknown key makes them be read
 * anew, twice in half a minute at most.
 */
final class SignedTokens implements TokenVerifier {
    /** Public keys only: with a shared secret whoever checks tokens could make them. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.RS384,
            JWSAlgorithm.RS512, JWSAlgorithm.PS256, JWSAlgorithm.PS384, JWSAlgorithm.PS512, JWSAlgorithm.ES256,
            JWSAlgorithm.ES384, JWSAlgorithm.ES512);
    private static final int MOST_BYTES = 256 * 1024;
    private static final long FILE_MILLIS = 10_000;
    private static final long SERVER_MILLIS = 300_000;
    private static final long OUTAGE_MILLIS = 4 * 3_600_000L;
    private static final long BETWEEN_MILLIS = 30_000;

    private final OauthSettings settings;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    SignedTokens(OauthSettings settings, URI place) {
        this.settings = settings;
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys(place)));
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT,
                new JOSEObjectType("at+jwt"), null));
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(settings.audience(),
                new JWTClaimsSet.Builder().issuer(settings.issuer()).build(), Set.of("exp", settings.userClaim())));
    }

    private JWKSource<SecurityContext> keys(URI place) {
        boolean file = place.getScheme().equals("file");
        int limit = (int) settings.limit().toMillis();
        long kept = file ? FILE_MILLIS : SERVER_MILLIS;
        ResourceRetriever reader = file
                ? _ -> new Resource(file(Path.of(place)), "application/json")
                : new DefaultResourceRetriever(limit, limit, MOST_BYTES, true);
        try {
            return JWKSourceBuilder.<SecurityContext>create(place.toURL(), reader)
                    .cache(kept, Math.min(limit + 1000L, kept / 2)).refreshAheadCache(false)
                    .rateLimited(file ? FILE_MILLIS / 2 : BETWEEN_MILLIS).outageTolerant(OUTAGE_MILLIS).build();
        } catch (MalformedURLException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()));
        }
    }

    private String file(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return WholeText.read(in, MOST_BYTES, settings.limit());
        } catch (IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Finding check(String token) {
        try {
            JWTClaimsSet claims = processor.process(token, null);
            if (!settings.isGoodFor(scope(claims))) {
                return new Finding.Invalid("the token has not the scope " + String.join(" ", settings.scope()));
            }
            return new Finding.Valid(claims.getStringClaim(settings.userClaim()));
        } catch (BadJOSEException | ParseException e) {
            return new Finding.Invalid(String.valueOf(e.getMessage()));
        } catch (JOSEException e) {
            return new Finding.Unavailable(String.valueOf(e.getMessage()));
        }
    }

    /** RFC 8693 section 4.2; some issuers write a list. */
    private static List<String> scope(JWTClaimsSet claims) throws ParseException {
        return switch (claims.getClaim("scope")) {
            case String words -> List.of(words.split(" ", -1));
            case List<?> words -> words.stream().map(String::valueOf).toList();
            case null, default -> List.of();
        };
    }
}
