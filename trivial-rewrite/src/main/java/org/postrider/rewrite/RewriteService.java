package org.postrider.rewrite;

import java.io.IOException;
import java.util.Optional;
import org.postrider.common.daemon.Service;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.ProtocolException;
import org.postrider.common.ipc.ResolveRequest;
import org.postrider.common.ipc.RewriteRequest;
import org.postrider.common.wire.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests on one connection until the client leaves. A request that is neither rewrite nor resolve ends it. */
final class RewriteService implements Service {
    private static final Logger log = LoggerFactory.getLogger(RewriteService.class);

    private final AddressRewriter local;
    private final AddressRewriter remote;
    private final AddressResolver resolver;
    private final AddressResolver probeResolver;
    private volatile boolean stopping;

    RewriteService(AddressRewriter local, AddressRewriter remote, AddressResolver resolver,
            AddressResolver probeResolver) {
        this.local = local;
        this.remote = remote;
        this.resolver = resolver;
        this.probeResolver = probeResolver;
    }

    /** Clients that keep their connections ask once more, another process. */
    @Override
    public void stopping() {
        stopping = true;
    }

    /** An answer is computed in less time than it takes to wake another thread; tables that take longer have threads of their own. */
    @Override
    public boolean conversesOnLoop() {
        return true;
    }

    /** A client may send many requests before it reads: it gets the answers together then. */
    @Override
    public void converse(Connection connection) throws IOException {
        for (boolean first = true;; first = false) {
            Optional<Attributes> request = Attributes.readIfAny(connection.in());
            if (request.isEmpty() || (stopping && !first)) {
                connection.out().flush();
                return;
            }
            answer(request.get()).write(connection.out());
            if (connection.in().available() == 0) {
                connection.out().flush();
            }
        }
    }

    Attributes answer(Attributes request) throws ProtocolException {
        String kind = request.get("request");
        return switch (kind) {
            case "rewrite" -> RewriteRequest.answer(rewrite(RewriteRequest.fromAttributes(request)));
            case "resolve" -> resolver.resolve(ResolveRequest.fromAttributes(request)).toAttributes();
            case "verify" -> probeResolver.resolve(ResolveRequest.fromAttributes(request)).toAttributes();
            default -> {
                log.warn("bad request: {}", kind);
                throw new ProtocolException("bad request: " + kind);
            }
        };
    }

    private String rewrite(RewriteRequest request) {
        AddressRewriter rewriter = request.context().equals(RewriteRequest.REMOTE) ? remote : local;
        return rewriter.rewriteInternal(request.address());
    }
}
