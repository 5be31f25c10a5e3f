package org.postrider.smtpd;

import java.io.IOException;
import java.time.Duration;
import org.postrider.common.wire.TlsContext;
import org.postrider.common.wire.TlsSession;

/** Puts TLS under the connection of a session. */
@FunctionalInterface
interface Encryption {
    /** Of a stand-alone session, which has no connection. */
    Encryption NONE = (_, _) -> {
        throw new IOException("no connection to encrypt");
    };

    /** As {@link org.postrider.common.wire.Connection#startTls}. */
    TlsSession start(TlsContext context, Duration limit) throws IOException;
}
