/**
 * What mail means by TLS: keys and certificates from files, the words of main.cf about protocols and ciphers, fingerprints, trust,
 * and the line that describes a connection in logs and headers.
 *
 * <p>Called by smtpd and smtp-client. Read {@link org.postrider.common.tls.KeyRing} first. Everything here is immutable or belongs to its caller's
 * thread. The handshake itself is {@code wire}'s; not to import: Netty, lookup, ipc.
 */
@NullMarked
package org.postrider.common.tls;

import org.jspecify.annotations.NullMarked;
