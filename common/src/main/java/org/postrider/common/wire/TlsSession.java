package org.postrider.common.wire;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What a TLS handshake came to.
 *
 * @param protocol {@code TLSv1.3}
 * @param cipher the cipher suite by Java's name
 * @param group the key exchange group by OpenSSL's name; empty when the library does not tell
 * @param resumed an earlier session was taken up
 * @param serverName what the client called the server (RFC 6066); empty when it did not
 * @param localCertificate the certificate that we have shown
 * @param peerCertificates what the peer has shown, its own first; nothing was verified
 */
public record TlsSession(String protocol, String cipher, String group, boolean resumed, String serverName,
        Optional<X509Certificate> localCertificate, List<X509Certificate> peerCertificates) {}
