package org.postrider.common.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.postrider.common.wire.ClientHello;
import org.postrider.common.wire.ClientHellos;
import org.postrider.common.wire.TlsContext;

/**
 * The certificates of a server or a client: one of each kind by default, a server's others for names that clients ask for (RFC 6066). Safe for many threads.
 *
 * <p>An alias is {@code kind}, or {@code kind name number} for the certificates of a name. It never stands for another certificate
 * later, as what was made of it is kept.
 */
public final class KeyRing extends X509ExtendedKeyManager {
    /** More than there are handshakes at a time between the choice of an alias and its use. */
    static final int MOST_NAMES = 1000;

    private final List<Credential> defaults;
    private final Function<String, Optional<List<Credential>>> byName;
    private final ClientHellos hellos;
    private final Map<String, Credential> byAlias = new ConcurrentHashMap<>();
    /** Those of names, by alias; a client may ask for any number of them where a pattern answers. */
    private final Map<String, Credential> named = new Lately<>();
    /** The alias of the latest certificate of each kind and name. */
    private final Map<String, String> latest = new Lately<>();
    private long numbered;

    /** Keeps what was used lately. Guarded by {@link #named}. */
    private static final class Lately<T> extends LinkedHashMap<String, T> {
        private static final long serialVersionUID = 1L;

        Lately() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
            return size() > MOST_NAMES;
        }
    }

    /**
     * @param defaults at least one
     * @param byName the certificates for a name in lower case, empty for those of the default; where the list has none the handshake
     *     fails. Asked during handshakes
     * @param hellos of the clients of a server
     */
    public KeyRing(List<Credential> defaults, Function<String, Optional<List<Credential>>> byName,
            ClientHellos hellos) {
        this.defaults = List.copyOf(defaults);
        this.byName = byName;
        this.hellos = hellos;
        for (Credential credential : defaults) {
            byAlias.putIfAbsent(credential.keyType(), credential);
        }
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers,
            @Nullable SSLEngine engine) {
        String kind = kind(keyType);
        String name = engine == null ? "" : requestedName(engine);
        Optional<List<Credential>> own = name.isEmpty() ? Optional.empty() : byName.apply(name);
        Optional<Credential> shown = shown(own.orElse(defaults), kind, engine);
        if (shown.isEmpty()) {
            return null;
        }
        return own.isEmpty() ? shown.get().keyType() : named(shown.get(), name);
    }

    private Optional<Credential> shown(List<Credential> all, String kind, @Nullable SSLEngine engine) {
        boolean other = TlsContext.isNative();
        Optional<ClientHello> client = engine == null ? Optional.empty() : hellos.of(engine);
        return engine == null || client.isEmpty()
                ? CertificateChoice.ofKind(all, kind, other)
                : new CertificateChoice(client.get(), Set.of(engine.getEnabledProtocols()),
                        Set.of(engine.getEnabledCipherSuites())).of(all, kind, other);
    }

    private @Nullable String defaultAlias(String kind) {
        return CertificateChoice.ofKind(defaults, kind, TlsContext.isNative()).map(Credential::keyType).orElse(null);
    }

    /** The alias of the certificate for this name. */
    String named(Credential credential, String name) {
        String which = credential.keyType() + " " + name;
        synchronized (named) {
            String alias = latest.get(which);
            if (alias == null || !credential.equals(named.get(alias))) {
                numbered++;
                alias = which + " " + numbered;
                latest.put(which, alias);
                named.put(alias, credential);
            }
            return alias;
        }
    }

    private static String requestedName(SSLEngine engine) {
        if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName().toLowerCase(Locale.ROOT);
                }
            }
        }
        return "";
    }

    private static String kind(String keyType) {
        return switch (keyType) {
            case "RSA", "RSASSA-PSS" -> "RSA";
            case "EC", "EC_EC", "EC_RSA" -> "EC";
            default -> keyType;
        };
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Credential credential = credential(alias);
        return credential == null ? null : credential.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Credential credential = credential(alias);
        return credential == null ? null : credential.key();
    }

    private @Nullable Credential credential(String alias) {
        Credential own = byAlias.get(alias);
        if (own != null) {
            return own;
        }
        synchronized (named) {
            return named.get(alias);
        }
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers,
            @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        List<String> aliases = new ArrayList<>();
        for (Credential credential : defaults) {
            if (credential.keyType().equals(kind(keyType))) {
                aliases.add(credential.keyType());
            }
        }
        return aliases.toArray(String[]::new);
    }

    /** A client shows what it has, whatever authorities the server names. */
    @Override
    public @Nullable String chooseEngineClientAlias(String[] keyTypes, Principal @Nullable [] issuers,
            @Nullable SSLEngine engine) {
        for (String keyType : keyTypes) {
            String alias = defaultAlias(kind(keyType));
            if (alias != null) {
                return alias;
            }
        }
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers,
            @Nullable Socket socket) {
        return chooseEngineClientAlias(keyTypes, issuers, null);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return getServerAliases(keyType, issuers);
    }
}
