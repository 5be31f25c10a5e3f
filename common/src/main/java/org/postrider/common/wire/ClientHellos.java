package org.postrider.common.wire;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import javax.net.ssl.SSLEngine;

/** What clients have said of themselves in the handshakes that go on. Safe for many threads. */
public final class ClientHellos {
    private final Map<SSLEngine, ClientHello> heard = Collections.synchronizedMap(new WeakHashMap<>());

    /** What the client of this engine has said; empty on the client's side. */
    public Optional<ClientHello> of(SSLEngine engine) {
        return Optional.ofNullable(heard.get(engine));
    }

    void keep(SSLEngine engine, ClientHello hello) {
        heard.put(engine, hello);
    }

    void forget(SSLEngine engine) {
        heard.remove(engine);
    }
}
