package org.postrider.common.wire;

import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * What one side of TLS wants; whom it trusts is decided after the handshake, from {@link TlsSession#peerCertificates()}.
 *
 * @param keys our certificates with their keys; empty for a client without one
 * @param request whether the peer is asked for a certificate
 * @param protocols names as of {@link javax.net.ssl.SSLParameters#getProtocols()}, at least one
 * @param ciphers which of {@link TlsContext#cipherSuites()} are allowed, the best first
 * @param groups key exchange groups in the order of preference, by OpenSSL's names; empty for the library's own choice. Those that
 *     the library does not know are left out
 * @param sessionSeconds how long a session can be resumed
 */
public record TlsSettings(Optional<X509ExtendedKeyManager> keys, Request request, List<String> protocols,
        List<String> ciphers, List<String> groups, long sessionSeconds) {
    /** Whether a server asks for the client's certificate. */
    public enum Request {
        NO, ASK
    }
}
