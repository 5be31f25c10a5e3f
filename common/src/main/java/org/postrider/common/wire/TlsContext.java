package org.postrider.common.wire;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.handler.ssl.util.SimpleKeyManagerFactory;
import java.net.Socket;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * One configuration of TLS, made once and used by many connections; holds the session cache. BoringSSL does the work where its library
 * is found on java.library.path, the JDK where not. Certificates of peers are taken as they come: trust is the caller's business.
 */
public final class TlsContext {
    private static final Set<String> GROUPS = Set.of("X25519MLKEM768", "X25519", "P-256", "P-384", "P-521");

    private final SslContext context;
    private final Optional<ClientHellos> hellos;
    private final boolean ownOrder;

    private TlsContext(SslContext context, Optional<ClientHellos> hellos, boolean ownOrder) {
        this.context = context;
        this.hellos = hellos;
        this.ownOrder = ownOrder;
    }

    /** True when BoringSSL is there. */
    public static boolean isNative() {
        return OpenSsl.isAvailable();
    }

    /** The library that speaks TLS, and its version. */
    public static String library() {
        return OpenSsl.isAvailable() ? OpenSsl.versionString() : "SunJSSE " + Runtime.version();
    }

    /**
     * The server's side.
     *
     * @param hellos what clients say, for the keys' choice
     * @param ownOrder whether our order of cipher suites counts, or the client's
     * @throws SSLException when the library can't do what is wanted: no protocol or no cipher suite is left
     */
    public static TlsContext server(TlsSettings settings, ClientHellos hellos, boolean ownOrder) throws SSLException {
        SslContextBuilder builder = SslContextBuilder
                .forServer(new OpenSslCachingX509KeyManagerFactory(new Holding(settings.keys().orElseThrow())))
                .clientAuth(switch (settings.request()) {
                    case NO -> ClientAuth.NONE;
                    case ASK -> ClientAuth.OPTIONAL;
                });
        TlsContext made = new TlsContext(common(builder, settings).build(), Optional.of(hellos),
                ownOrder);
        if (settings.sessionSeconds() == 0 && made.context.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setSessionCacheEnabled(false);
        }
        return made;
    }

    /**
     * The keys of session tickets from now on. Without any a server makes no tickets; the JDK's TLS has keys of its own and does not take
     * these.
     *
     * @param keys the first makes new tickets
     */
    public void ticketKeys(List<TicketKey> keys) {
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setTicketKeys(keys.stream().map(TlsContext::ticketKey).toArray(OpenSslSessionTicketKey[]::new));
        }
    }

    private static OpenSslSessionTicketKey ticketKey(TicketKey key) {
        byte[] bytes = key.bytes();
        int part = TicketKey.PART;
        return new OpenSslSessionTicketKey(Arrays.copyOf(bytes, part), Arrays.copyOfRange(bytes, part, 2 * part),
                Arrays.copyOfRange(bytes, 2 * part, 3 * part));
    }

    /**
     * The client's side.
     *
     * @throws SSLException when the library can't do what is wanted: no protocol or no cipher suite is left
     */
    public static TlsContext client(TlsSettings settings) throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forClient();
        settings.keys().ifPresent(builder::keyManager);
        return new TlsContext(common(builder, settings).build(), Optional.empty(), false);
    }

    private static SslContextBuilder common(SslContextBuilder builder, TlsSettings settings) throws SSLException {
        SslProvider provider = isNative() ? SslProvider.OPENSSL : SslProvider.JDK;
        List<String> ciphers = settings.ciphers();
        List<String> protocols = settings.protocols().stream().filter(name -> supported().contains(name)).toList();
        if (ciphers.isEmpty() || protocols.isEmpty()) {
            throw new SSLException(ciphers.isEmpty() ? "no cipher suite is left" : "no protocol version is left");
        }
        builder.sslProvider(provider).trustManager(new TakesAll())
                .ciphers(ciphers, SupportedCipherSuiteFilter.INSTANCE)
                .protocols(protocols).sessionTimeout(settings.sessionSeconds()).endpointIdentificationAlgorithm("");
        String[] groups = settings.groups().stream().filter(TlsContext::knowsGroup).map(TlsContext::groupName)
                .toArray(String[]::new);
        if (isNative() && groups.length > 0) {
            builder.option(OpenSslContextOption.GROUPS, groups);
        }
        return builder;
    }

    /** Cipher suites that authenticate by certificate, by Java's names ({@code TLS_AES_128_GCM_SHA256}), in the library's order. */
    public static List<String> cipherSuites() {
        Stream<String> names = isNative()
                ? OpenSsl.availableJavaCipherSuites().stream()
                : Arrays.stream(defaults().getSupportedSSLParameters().getCipherSuites());
        return names.filter(name -> name.startsWith("TLS_") && !name.contains("PSK") && !name.contains("_anon_")
                && !name.contains("_NULL_") && !name.endsWith("_SCSV")).toList();
    }

    private static List<String> supported() {
        return isNative()
                ? List.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
                : List.of(defaults().getDefaultSSLParameters().getProtocols());
    }

    private static SSLContext defaults() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** True for a group of the key exchange, by OpenSSL's name, that {@link TlsSettings#groups()} can ask for. */
    public static boolean knowsGroup(String name) {
        return GROUPS.contains(groupName(name));
    }

    private static String groupName(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "prime256v1", "secp256r1" -> "P-256";
            case "secp384r1" -> "P-384";
            case "secp521r1" -> "P-521";
            default -> name;
        };
    }

    /**
     * For one connection.
     *
     * @param server what a client calls the server; empty on the server's side
     */
    SSLEngine engine(ByteBufAllocator allocator, Optional<TlsServerName> server) {
        if (server.isPresent()) {
            return context.newEngine(allocator, server.get().name(), server.get().port());
        }
        SSLEngine engine = context.newEngine(allocator);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setUseCipherSuitesOrder(ownOrder);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** Where to keep what clients say; empty on the client's side. */
    Optional<ClientHellos> hellos() {
        return hellos;
    }

    /** Keys for a factory that keeps what BoringSSL has read of them: others are asked, and read, in every handshake. */
    private static final class Holding extends SimpleKeyManagerFactory {
        private final KeyManager[] keys;

        Holding(X509ExtendedKeyManager keys) {
            this.keys = new KeyManager[]{keys};
        }

        @Override
        protected void engineInit(KeyStore store, char[] password) {
            // It has its keys.
        }

        @Override
        protected void engineInit(ManagerFactoryParameters parameters) {
            // It has its keys.
        }

        @Override
        protected KeyManager[] engineGetKeyManagers() {
            return keys.clone();
        }
    }

    /** Refuses nobody: who is trusted is found out after the handshake. */
    private static final class TakesAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            // See the class.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            // See the class.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            // See the class.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            // See the class.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            // See the class.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // See the class.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
