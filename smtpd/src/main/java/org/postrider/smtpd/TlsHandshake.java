package org.postrider.smtpd;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.postrider.common.ipc.AnvilRequest.Kind;
import org.postrider.common.smtp.Reply;
import org.postrider.common.tls.CertificateNames;
import org.postrider.common.tls.PeerTrust;
import org.postrider.common.wire.TlsContext;
import org.postrider.common.wire.TlsSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The beginning of TLS in a session, after STARTTLS or in wrapper mode, and what the log tells of it. Runs on the conversation's thread. */
final class TlsHandshake {
    private static final Logger log = LoggerFactory.getLogger(TlsHandshake.class);

    private final Site site;
    private final TlsServer tls;
    private final Session session;
    private final Encryption encryption;

    TlsHandshake(Site site, Session session, Encryption encryption) {
        this.site = site;
        this.tls = site.tls();
        this.session = session;
        this.encryption = encryption;
    }

    /**
     * Encrypts the connection.
     *
     * @return false when nothing was done, as there is no configuration that works
     * @throws IOException when the handshake fails: the connection is closed
     */
    boolean run() throws IOException {
        Optional<TlsContext> context = tls.context();
        if (context.isEmpty()) {
            log.warn(
                    "Wrapper-mode request dropped from {} for service {}. TLS context initialization failed. For details"
                            + " see earlier warnings in your logs.",
                    session.peer(), site.serviceName());
            return false;
        }
        int level = tls.logLevel(session.client());
        if (level > 1) {
            log.info("setting up TLS connection from {}", session.peer());
            log.info("{}: TLS cipher list \"{}\"", session.peer(), tls.cipherList());
        }
        TlsPeer peer = tls.peer(shaken(context.get()));
        session.encrypted(peer);
        log(peer, level);
        return true;
    }

    private TlsSession shaken(TlsContext context) throws IOException {
        try {
            return encryption.start(context, tls.handshakeLimit());
        } catch (SSLException e) {
            log.info("SSL_accept error from {}: -1", session.peer());
            log.warn("TLS library problem: {}", String.valueOf(e.getMessage()));
            throw e;
        } catch (SocketTimeoutException e) {
            log.info("SSL_accept error from {}: Connection timed out", session.peer());
            throw new IOException(e);
        } catch (IOException e) {
            log.info("SSL_accept error from {}: lost connection", session.peer());
            throw e;
        }
    }

    private void log(TlsPeer peer, int level) {
        String name = tls.hasNames() ? peer.session().serverName() : "";
        boolean known = !name.isEmpty() && tls.knows(name);
        if (!name.isEmpty() && !known) {
            log.info("TLS SNI {} from {} not matched, using default chain", SyntaxText.escaped(name), session.peer());
        }
        peer.certificate().ifPresent(shown -> {
            if (level > 1) {
                log.info("subject={}", CertificateNames.all(shown.getSubjectX500Principal()));
                log.info("issuer={}", CertificateNames.all(shown.getIssuerX500Principal()));
                log.info("{}: subject_CN={}, issuer={}, fingerprint={}, pkey_fingerprint={}", session.peer(),
                        peer.subject(), peer.issuer(), peer.certificateFingerprint(), peer.keyFingerprint());
            }
            if (tls.objection(peer).isPresent()) {
                log.info("certificate verification failed for {}: {}", session.peer(),
                        PeerTrust.complaint(peer.session().peerCertificates()));
            }
        });
        if (level > 0) {
            log.info("{}", TlsText.logLine(peer, session.peer(), known ? name : ""));
        }
    }

    /** What to say, after which the client must not go on: it had to show a certificate that is trusted. Empty when it may; else logged. */
    Optional<Reply> objection() {
        Optional<String> objection = session.tls().flatMap(tls::objection);
        objection.ifPresent(why -> log.info("NOQUEUE: abort: TLS from {}: {}", session.peer(), why));
        return objection.map(site.settings().names().farewells()::untrusted);
    }

    /** The same for a client that has begun too many new sessions of TLS. Those that are taken up again do not count. */
    Optional<Reply> tooMany() {
        boolean resumed = session.tls().map(TlsPeer::session).filter(TlsSession::resumed).isPresent();
        return resumed ? Optional.empty() : session.count(Kind.NEWTLS);
    }
}
