package org.postrider.smtp;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import org.postrider.common.daemon.TlsLogLevels;
import org.postrider.common.lookup.Tables;
import org.postrider.common.tls.CipherList;
import org.postrider.common.tls.Credential;
import org.postrider.common.tls.CredentialFiles;
import org.postrider.common.tls.Fingerprints;
import org.postrider.common.tls.KeyRing;
import org.postrider.common.tls.PeerTrust;
import org.postrider.common.tls.Protocols;
import org.postrider.common.tls.SessionText;
import org.postrider.common.tls.TlsException;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.ClientHellos;
import org.postrider.common.wire.TlsContext;
import org.postrider.common.wire.TlsServerName;
import org.postrider.common.wire.TlsSession;
import org.postrider.common.wire.TlsSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts sessions and finds out who the server is; the {@code smtp_tls} parameters of one service. Files are read once, when a
 * session first needs them; what can't be used is logged, and then there is no TLS. Safe for many threads.
 */
final class TlsClient {
    private static final Logger LOG = LoggerFactory.getLogger(TlsClient.class);

    /** A server's identity as far as it was proved. */
    private enum Proof {
        ANONYMOUS("Anonymous"), UNTRUSTED("Untrusted"), TRUSTED("Trusted"), VERIFIED("Verified");

        private final String word;

        Proof(String word) {
            this.word = word;
        }
    }

    /**
     * A handshake that did not fail.
     *
     * @param acceptable the server is who it must be, if it must
     * @param verified the server has proved who it is
     */
    record Outcome(boolean acceptable, boolean verified) {}

    /** What makes one configuration of the library. */
    private record Variant(List<String> protocols, String grade, Set<String> excluded) {}

    /** What is read from files. */
    private record Ready(Optional<KeyRing> keys, PeerTrust trust, Fingerprints fingerprints) {}

    private final TlsClientSettings settings;
    private final CredentialFiles files;
    private final TlsLogLevels logLevels;
    private final Map<Variant, TlsContext> contexts = new ConcurrentHashMap<>();
    private Optional<Ready> ready = Optional.empty();
    private boolean looked;

    TlsClient(TlsClientSettings settings, CredentialFiles files, Tables tables) {
        this.settings = settings;
        this.files = files;
        this.logLevels = new TlsLogLevels(settings.logLevels(), tables);
    }

    /** A server offers TLS to a session that will do without. */
    void noteOffer(Peer peer) {
        if (settings.notesOffers()) {
            LOG.info("Host offered STARTTLS: [{}]", peer.host());
        }
    }

    private synchronized Optional<Ready> ready() {
        if (!looked) {
            looked = true;
            try {
                List<Credential> own = files.credentials();
                Optional<KeyRing> keys = own.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new KeyRing(own, _ -> Optional.empty(), new ClientHellos()));
                ready = Optional.of(new Ready(keys,
                        PeerTrust.of(files.authorities(), settings.appendsDefaultAuthorities(), settings.verifyDepth()),
                        new Fingerprints(settings.fingerprintDigest())));
            } catch (TlsException e) {
                e.lines().forEach(line -> LOG.warn("{}", line));
                LOG.warn("TLS has been disabled due to the above error");
            }
        }
        return ready;
    }

    /** False when the files that are configured can't be used, which was logged. */
    boolean isAvailable() {
        return ready().isPresent();
    }

    /** True when a key has changed that only a process started by root can read. */
    boolean isOutdated() {
        return files.files().isOutdated();
    }

    /**
     * Encrypts the session.
     *
     * @param nexthop the destination's domain or host
     * @return what the handshake has shown of the server
     * @throws IOException when the handshake fails: the connection is closed
     */
    Outcome secure(Connection connection, Peer peer, TlsDemand demand, String nexthop, Timeouts timeouts)
            throws IOException {
        Ready now = ready().orElseThrow();
        TlsContext context = context(now, demand, peer);
        String told = demand.nameFor(peer.host(), nexthop);
        TlsSession session;
        try {
            session = connection.startTls(context,
                    new TlsServerName(told.isEmpty() ? peer.address() : told, peer.port()), timeouts.startTls());
        } catch (IOException e) {
            LOG.info("SSL_connect error to {}: {}", peer.relay(), String.valueOf(e.getMessage()));
            throw e;
        }
        Proof proof = proof(now, session, peer, demand, nexthop);
        if (logLevels.of(peer.host(), peer.address()) >= 1) {
            LOG.info("{} TLS connection {} to {}{}: {}", proof.word, session.resumed() ? "reused" : "established",
                    peer.relay(), told.isEmpty() ? "" : " to " + told, words(session));
        }
        return new Outcome(!demand.level().proves() || proof == Proof.VERIFIED, proof == Proof.VERIFIED);
    }

    private static String words(TlsSession session) {
        String keys = SessionText.keysOfServer(session);
        return SessionText.cipher(session) + (keys.isEmpty() ? "" : " " + keys);
    }

    private TlsContext context(Ready now, TlsDemand demand, Peer peer) throws IOException {
        Variant variant = new Variant(demand.protocols(), demand.grade(), demand.excluded());
        TlsContext known = contexts.get(variant);
        if (known != null) {
            return known;
        }
        try {
            TlsContext made = make(now, variant);
            contexts.put(variant, made);
            return made;
        } catch (TlsException | SSLException e) {
            LOG.warn("{}: {}: aborting TLS session", peer.relay(), String.valueOf(e.getMessage()));
            throw new IOException(e);
        }
    }

    private TlsContext make(Ready now, Variant variant) throws TlsException, SSLException {
        return TlsContext.client(new TlsSettings(now.keys.map(keys -> keys), TlsSettings.Request.NO,
                Protocols.parse(variant.protocols),
                CipherList.select(settings.grades().list(variant.grade, variant.excluded),
                        TlsContext.cipherSuites()),
                settings.curves().stream()
                        .map(name -> name.startsWith("?") ? name.substring(1).split(":", -1)[0] : name).toList(),
                settings.sessionTimeout().toSeconds()));
    }

    private Proof proof(Ready now, TlsSession session, Peer peer, TlsDemand demand, String nexthop) {
        List<X509Certificate> chain = session.peerCertificates();
        if (chain.isEmpty()) {
            return Proof.ANONYMOUS;
        }
        if (demand.level() == TlsLevel.FINGERPRINT) {
            return isListed(now, chain.getFirst(), demand) ? Proof.VERIFIED : Proof.UNTRUSTED;
        }
        boolean trusted = demand.anchors().map(anchors -> anchors.vouchFor(chain))
                .orElseGet(() -> now.trust.server(chain) == PeerTrust.Finding.TRUSTED);
        if (!trusted) {
            if (demand.level().proves()) {
                LOG.info("certificate verification failed for {}: {}", peer.relay(), PeerTrust.complaint(chain));
            }
            return Proof.UNTRUSTED;
        }
        if (!demand.level().proves()) {
            return Proof.TRUSTED;
        }
        if (ServerNames.of(chain.getFirst(), settings.starTakesAll()).areFor(demand.names(peer.host(), nexthop))) {
            return Proof.VERIFIED;
        }
        LOG.info("server certificate verification failed for {}: num=62:hostname mismatch", peer.relay());
        return Proof.UNTRUSTED;
    }

    private static boolean isListed(Ready now, X509Certificate shown, TlsDemand demand) {
        List<String> prints = List.of(now.fingerprints.ofCertificate(shown), now.fingerprints.ofPublicKey(shown));
        return demand.match().stream().map(print -> print.toUpperCase(Locale.ROOT)).anyMatch(prints::contains);
    }
}
