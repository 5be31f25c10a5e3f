package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.testing.DaemonHarness;

/** OAUTHBEARER and XOAUTH2 over real connections, with an issuer of the test's own. */
class OauthLoginTest {
    private static final String ISSUER = "https://login.example.com";

    @TempDir
    private Path directory;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final ECKey key = key("one");
    private HttpServer server;
    private volatile String answer = "{\"active\":false}";
    private volatile int status = 200;

    private static ECKey key(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        server.createContext("/", this::reply);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void reply(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestHeaders().getFirst("Authorization") + " "
                + URLDecoder.decode(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                        StandardCharsets.UTF_8));
        byte[] body = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder().issuer(ISSUER).audience("mail").claim("email", "joe@example.com")
                .claim("scope", "openid mail.send").expirationTime(Date.from(Instant.now().plusSeconds(600)));
    }

    private static String signed(ECKey by, JWTClaimsSet claims) throws JOSEException {
        SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(by.getKeyID()).build(), claims);
        token.sign(new ECDSASigner(by));
        return token.serialize();
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String bearer(String user, String token) {
        return encoded("n," + user + ",\001host=mail.example.com\001port=587\001auth=Bearer " + token + "\001\001");
    }

    private DaemonHarness harness(String... settings) {
        DaemonHarness harness = StartTlsTest.set(new DaemonHarness(directory)).set("smtpd_sasl_auth_enable", "yes")
                .set("smtpd_sasl_type", "tables").set("smtpd_sasl_mechanisms", "OAUTHBEARER XOAUTH2")
                .set("smtpd_tls_wrappermode", "yes").set("smtpd_sasl_oauth_scope", "mail.send")
                .set("smtpd_error_sleep_time", "0");
        for (int i = 0; i < settings.length; i += 2) {
            harness.set(settings[i], settings[i + 1]);
        }
        FakeDaemons _ = new FakeDaemons(harness);
        return harness;
    }

    private DaemonHarness withKeys(String place) {
        return harness("smtpd_sasl_oauth_jwks", place, "smtpd_sasl_oauth_issuer", ISSUER, "smtpd_sasl_oauth_audience",
                "mail");
    }

    private static TlsClient greeted(int port) throws IOException {
        TlsClient peer = new TlsClient(port);
        var _ = peer.encrypt(TlsClient.context(false), "mail.example.com");
        assertThat(peer.reply()).startsWith("220 ");
        assertThat(peer.say("EHLO client.example")).contains("250-AUTH OAUTHBEARER XOAUTH2\n");
        return peer;
    }

    /** AUTH without initial response, as tokens are longer than a command may be. */
    private static String login(int port, String mechanism, String response) throws IOException {
        try (TlsClient peer = greeted(port)) {
            assertThat(peer.say("AUTH " + mechanism)).isEqualTo("334 \n");
            return peer.say(response);
        }
    }

    private static String refused(int port, String token) throws IOException {
        try (TlsClient peer = greeted(port)) {
            assertThat(peer.say("AUTH OAUTHBEARER")).isEqualTo("334 \n");
            String challenge = peer.say(bearer("", token));
            assertThat(challenge).startsWith("334 ");
            assertThat(peer.say("AQ==")).isEqualTo("535 5.7.8 Error: authentication failed: authentication failure\n");
            assertThat(peer.say("NOOP")).startsWith("250 ");
            return new String(Base64.getDecoder().decode(challenge.substring(4).strip()), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void aTokenThatTheIssuerSignedIsTheUsers() throws Exception {
        Path keys = Files.writeString(directory.resolve("keys.json"), new JWKSet(key).toString(true));
        try (DaemonHarness harness = withKeys(keys.toString()).set("smtpd_sasl_oauth_discovery_url",
                ISSUER + "/.well-known/openid-configuration")) {
            int port = harness.startInet(new Smtpd(), "submission");
            String good = signed(key, claims().build());
            assertThat(login(port, "OAUTHBEARER", bearer("a=joe@example.com", good))).startsWith("235 2.7.0 ");
            assertThat(login(port, "OAUTHBEARER", bearer("", good))).startsWith("235 2.7.0 ");
            assertThat(login(port, "XOAUTH2", encoded("user=Joe@example.com\001auth=Bearer " + good + "\001\001")))
                    .startsWith("235 2.7.0 ");
            assertThat(login(port, "OAUTHBEARER", bearer("a=ann@example.com", good))).startsWith("334 ");
            String json = "{\"status\":\"invalid_token\",\"scope\":\"mail.send\",\"openid-configuration\":\"" + ISSUER
                    + "/.well-known/openid-configuration\"}";
            Date past = Date.from(Instant.now().minusSeconds(600));
            for (JWTClaimsSet bad : List.of(claims().expirationTime(past).build(),
                    claims().issuer("https://other.example.com").build(), claims().audience("other").build(),
                    claims().claim("scope", "openid").build(), claims().claim("email", null).build(),
                    claims().expirationTime(null).build(),
                    claims().notBeforeTime(Date.from(Instant.now().plusSeconds(600))).build())) {
                assertThat(refused(port, signed(key, bad))).isEqualTo(json);
            }
            assertThat(refused(port, signed(key("one"), claims().build()))).isEqualTo(json);
            assertThat(refused(port, new PlainJWT(claims().build()).serialize())).isEqualTo(json);
            assertThat(refused(port, secret(key))).isEqualTo(json);
            assertThat(refused(port, "rubbish")).isEqualTo(json);
        }
    }

    /** The public key taken for a shared secret: the classic mistake of those who check tokens. */
    private static String secret(ECKey key) throws JOSEException {
        SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(),
                claims().build());
        token.sign(new MACSigner(key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));
        return token.serialize();
    }

    @Test
    void keysOfAServerAreKept() throws Exception {
        answer = new JWKSet(key).toString(true);
        try (DaemonHarness harness = withKeys(url("/keys"))) {
            int port = harness.startInet(new Smtpd(), "submission");
            String good = signed(key, claims().build());
            for (int i = 0; i < 3; i++) {
                assertThat(login(port, "OAUTHBEARER", bearer("", good))).startsWith("235 2.7.0 ");
            }
            assertThat(asked).hasSize(1);
        }
    }

    @Test
    void whoCanNotSayDefers() throws Exception {
        status = 500;
        try (DaemonHarness harness = withKeys(url("/keys"))) {
            int port = harness.startInet(new Smtpd(), "submission");
            assertThat(login(port, "OAUTHBEARER", bearer("", signed(key, claims().build()))))
                    .isEqualTo("454 4.7.0 Temporary authentication failure: tokens can't be checked\n");
        }
    }

    @Test
    void aServerIsAskedAboutTokensThatSayNothing() throws Exception {
        try (DaemonHarness harness = harness("smtpd_sasl_oauth_introspection_url", url("/introspect"),
                "smtpd_sasl_oauth_client", "mail:secret", "smtpd_sasl_oauth_user_claim", "username")) {
            int port = harness.startInet(new Smtpd(), "submission");
            answer = "{\"active\":true,\"username\":\"joe\",\"scope\":\"mail.send\"}";
            assertThat(login(port, "OAUTHBEARER", bearer("a=joe", "opaque+1"))).startsWith("235 2.7.0 ");
            assertThat(asked).containsExactly("POST Basic " + encoded("mail:secret")
                    + " token=opaque+1&token_type_hint=access_token");
            for (String bad : List.of("{\"active\":false}", "{\"active\":true,\"username\":\"joe\"}",
                    "{\"active\":\"true\",\"username\":\"joe\",\"scope\":\"mail.send\"}",
                    "{\"active\":true,\"scope\":\"mail.send\"}",
                    "{\"active\":true,\"username\":\"joe\",\"scope\":\"mail.send\",\"exp\":1}")) {
                answer = bad;
                assertThat(refused(port, "opaque")).isEqualTo("{\"status\":\"invalid_token\",\"scope\":\"mail.send\"}");
            }
            for (String odd : List.of("no json", "x".repeat(70_000))) {
                answer = odd;
                assertThat(login(port, "OAUTHBEARER", bearer("", "opaque"))).startsWith("454 4.7.0 ");
            }
            status = 401;
            assertThat(login(port, "OAUTHBEARER", bearer("", "opaque"))).startsWith("454 4.7.0 ");
        }
    }

    @Test
    void whatIsNoMessageOfTheMechanismIsRefused() throws Exception {
        Path keys = Files.writeString(directory.resolve("keys.json"), new JWKSet(key).toString(true));
        try (DaemonHarness harness = withKeys(keys.toString())) {
            int port = harness.startInet(new Smtpd(), "submission");
            for (String odd : List.of("", "n,,", "p=tls-exporter,,\001auth=Bearer x\001\001",
                    "n,,\001auth=Bearer x\001",
                    "n,a=\001,\001auth=Bearer x\001\001")) {
                assertThat(login(port, "OAUTHBEARER", encoded(odd)))
                        .isEqualTo("535 5.7.8 Error: authentication failed: bad protocol / cancel\n");
            }
            // Without a token a client learns what it needs (RFC 7628 section 3.2.2).
            assertThat(login(port, "OAUTHBEARER", encoded("n,,\001auth=\001\001"))).startsWith("334 ");
            assertThat(login(port, "XOAUTH2", encoded("user=joe\001\001"))).startsWith("334 ");
        }
    }

    @Test
    void halfAConfigurationIsNone() {
        for (Map<String, String> bad : List.of(Map.<String, String>of(),
                Map.of("smtpd_sasl_oauth_jwks", "/keys.json"),
                Map.of("smtpd_sasl_oauth_jwks", "http://login.example.com/keys", "smtpd_sasl_oauth_issuer", "i",
                        "smtpd_sasl_oauth_audience", "a"),
                Map.of("smtpd_sasl_oauth_introspection_url", "file:///x"),
                Map.of("smtpd_sasl_oauth_introspection_url", "https://x/", "smtpd_sasl_oauth_jwks", "/keys.json"))) {
            assertThatThrownBy(() -> OauthSettings.of(Parameters.of(bad))).isInstanceOf(ConfigurationException.class);
        }
    }
}
