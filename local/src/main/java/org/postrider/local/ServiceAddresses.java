package org.postrider.local;

import java.io.IOException;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.ipc.ResolveRequest;
import org.postrider.common.ipc.RewriteClient;
import org.postrider.common.ipc.RewriteRequest;

/**
 * trivial-rewrite over its socket.
 *
 * @param client of rewrite_service_name
 */
record ServiceAddresses(RewriteClient client) implements Addresses {
    @Override
    public String rewrite(String address) throws IOException {
        return client.rewrite(new RewriteRequest(RewriteRequest.LOCAL, address));
    }

    @Override
    public ResolveAnswer resolve(String sender, String address) throws IOException {
        return client.resolve(new ResolveRequest(sender, address));
    }
}
