package org.postrider.smtpd;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.postrider.common.daemon.TlsLogLevels;
import org.postrider.common.lookup.AddressSearch;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.lookup.Tables;
import org.postrider.common.tls.CipherList;
import org.postrider.common.tls.Credential;
import org.postrider.common.tls.CredentialFiles;
import org.postrider.common.tls.Fingerprints;
import org.postrider.common.tls.KeyRing;
import org.postrider.common.tls.PeerTrust;
import org.postrider.common.tls.Protocols;
import org.postrider.common.tls.TlsException;
import org.postrider.common.tls.TlsFiles;
import org.postrider.common.wire.ClientHellos;
import org.postrider.common.wire.TicketKeys;
import org.postrider.common.wire.TlsContext;
import org.postrider.common.wire.TlsSession;
import org.postrider.common.wire.TlsSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The smtpd_tls parameters of a service, and what its sessions need of them. Certificates are read when the service opens, and again
 * when their files have changed, which is looked for once in ten seconds at most. What can't be used is logged; clients are told
 * that there is no TLS for now. Safe for many threads.
 */
final class TlsServer {
    private static final Logger log = LoggerFactory.getLogger(TlsServer.class);
    private static final long LOOK_EVERY = Duration.ofSeconds(10).toNanos();
    private static final int MOST_NAMED = 1000;

    private final TlsServerSettings settings;
    private final TlsLogLevels logLevels;
    private final TlsFiles files;
    private final TicketKeySource ticketKeys;
    private final TableList nameMaps;
    private final CredentialFiles configured;
    private final NamedCredentials byName;
    private final List<Path> watched;
    private @Nullable Loaded loaded;
    private String look = "";
    private long lookedAt;

    /** What was made from the files. */
    private record Loaded(TlsContext context, PeerTrust trust, Fingerprints fingerprints,
            AtomicReference<TicketKeys> ticketKeys) {}

    TlsServer(TlsServerSettings settings, TlsFiles files, TicketKeySource ticketKeys, Tables tables) {
        this.settings = settings;
        this.files = files;
        this.ticketKeys = ticketKeys;
        this.nameMaps = tables.list(settings.nameMaps());
        this.logLevels = new TlsLogLevels(settings.logLevels(), tables);
        this.configured = new CredentialFiles(settings.files(), files);
        this.byName = new NamedCredentials(files, configured, MOST_NAMED);
        this.watched = configured.paths();
        if (isOffered()) {
            load();
        }
    }

    /** False when TLS is out of the question. */
    boolean isOffered() {
        return settings.level() != TlsServerSettings.Level.NONE;
    }

    /** Nothing but TLS will do. */
    boolean isRequired() {
        return settings.isRequired();
    }

    /** smtpd_tls_wrappermode: TLS from the first byte. */
    boolean isWrapper() {
        return settings.wrapper();
    }

    /** Clients may ask for other certificates by name. */
    boolean hasNames() {
        return !nameMaps.isEmpty();
    }

    /** smtpd_tls_auth_only. */
    boolean authOnly() {
        return settings.authOnly();
    }

    boolean showsInHeader() {
        return settings.inHeader();
    }

    /** smtpd_tls_loglevel, or what smtpd_tls_loglevel_maps have for this client. */
    int logLevel(Client client) {
        return logLevels.of(client.name().name(), client.addressText());
    }

    Duration handshakeLimit() {
        return settings.handshakeLimit();
    }

    /** The configuration for a handshake; empty when there is none that works, which was logged. */
    Optional<TlsContext> context() {
        Optional<Loaded> now = current();
        now.ifPresent(this::supplyTicketKeys);
        return now.map(Loaded::context);
    }

    /** smtpd_tls_session_cache_timeout: no session is taken up again when it is zero. */
    private void supplyTicketKeys(Loaded now) {
        if (settings.sessionTimeout().isZero()) {
            return;
        }
        TicketKeys keys = ticketKeys.keys();
        if (!keys.equals(now.ticketKeys.getAndSet(keys))) {
            now.context.ticketKeys(keys.keys());
        }
    }

    /** What the handshake tells of the client. */
    TlsPeer peer(TlsSession session) {
        Loaded now = current().orElseThrow();
        boolean trusted = !session.peerCertificates().isEmpty()
                && finding(now, session) == PeerTrust.Finding.TRUSTED;
        return TlsPeer.of(session, settings.asks(), trusted, now.fingerprints);
    }

    /** Why the client must not go on: it had to show a certificate that is trusted. Empty when it may. */
    Optional<String> objection(TlsPeer peer) {
        if (!settings.requiresCertificate() || peer.trusted()) {
            return Optional.empty();
        }
        return Optional.of(peer.certificate().isEmpty()
                ? "No client certificate presented"
                : "Client certificate not trusted");
    }

    /** The ciphers as OpenSSL has them, which the log shows. */
    String cipherList() {
        try {
            return settings.grades().list(settings.grade(), settings.excluded());
        } catch (TlsException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** True for a name that has certificates of its own. */
    boolean knows(String name) {
        return named(name.toLowerCase(Locale.ROOT)).isPresent();
    }

    private PeerTrust.Finding finding(Loaded now, TlsSession session) {
        return settings.trustsServers()
                ? now.trust.clientOrServer(session.peerCertificates())
                : now.trust.client(session.peerCertificates());
    }

    /** True when a key has changed that only a process started by root can read. */
    boolean isOutdated() {
        return isOffered() && current().isPresent() && files.isOutdated();
    }

    private synchronized Optional<Loaded> current() {
        if (System.nanoTime() - lookedAt > LOOK_EVERY) {
            lookedAt = System.nanoTime();
            if (!files.look(watched).equals(look)) {
                load();
            }
        }
        return Optional.ofNullable(loaded);
    }

    private synchronized void load() {
        lookedAt = System.nanoTime();
        look = files.look(watched);
        if (loaded == null && settings.logLevels().usual() > 1) {
            log.info("initializing the server-side TLS engine");
        }
        try {
            loaded = make();
        } catch (TlsException e) {
            e.lines().forEach(line -> log.warn("{}", line));
        }
    }

    private Loaded make() throws TlsException {
        List<Credential> credentials = configured.credentials();
        if (credentials.isEmpty()) {
            throw new TlsException("No server certs available. TLS won't be enabled");
        }
        PeerTrust trust = PeerTrust.of(authorities(), settings.appendsDefaultAuthorities(), settings.verifyDepth());
        ClientHellos hellos = new ClientHellos();
        TlsSettings made = new TlsSettings(Optional.of(new KeyRing(credentials, this::named, hellos)),
                settings.asks() ? TlsSettings.Request.ASK : TlsSettings.Request.NO,
                protocols(), ciphers(),
                settings.curves(), settings.sessionTimeout().toSeconds());
        try {
            return new Loaded(TlsContext.server(made, hellos, settings.ownOrder()), trust,
                    new Fingerprints(settings.fingerprintDigest()),
                    new AtomicReference<>(new TicketKeys(List.of(), Duration.ZERO)));
        } catch (SSLException e) {
            throw new TlsException(String.valueOf(e.getMessage()));
        }
    }

    private List<X509Certificate> authorities() throws TlsException {
        try {
            return configured.authorities();
        } catch (TlsException e) {
            log.info("cannot load Certification Authority data, {}: disabling TLS support",
                    configured.settings().authorityNames());
            throw new TlsException("TLS library problem: " + e.getMessage());
        }
    }

    private List<String> protocols() throws TlsException {
        try {
            return Protocols.parse(settings.protocols());
        } catch (TlsException _) {
            throw new TlsException("Invalid TLS protocol list \"" + String.join(" ", settings.protocols())
                    + "\": disabling TLS support");
        }
    }

    private List<String> ciphers() throws TlsException {
        String list = settings.grades().list(settings.grade(), settings.excluded());
        try {
            return CipherList.select(list, TlsContext.cipherSuites());
        } catch (TlsException e) {
            throw new TlsException("error setting cipher grade: \"" + settings.grade() + '"',
                    "TLS library problem: " + e.getMessage());
        }
    }

    /** tls_server_sni_maps. */
    private Optional<List<Credential>> named(String name) {
        if (nameMaps.isEmpty()) {
            return Optional.empty();
        }
        return switch (AddressSearch.domain(nameMaps, name)) {
            case LookupResult.Found(String value) -> Optional.of(byName.of(value, name));
            case LookupResult.NotFound() -> Optional.empty();
            case LookupResult.Unavailable _ -> {
                log.warn("tls_server_sni_maps: {} map lookup problem", name);
                yield Optional.of(List.of());
            }
        };
    }
}
