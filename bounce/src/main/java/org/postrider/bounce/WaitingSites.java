package org.postrider.bounce;

import java.io.IOException;
import org.postrider.common.config.Parameters;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.ipc.FlushRequest;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.lookup.MatchList;
import org.postrider.common.queue.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells flush that a message waits for a site, so that ETRN finds it. Defer does so, because everything that is deferred passes
 * here, whoever deferred it. Only sites in fast_flush_domains are told; a flush service that can't be reached is a warning, as
 * the message is tried again anyway.
 */
final class WaitingSites {
    private static final Logger LOG = LoggerFactory.getLogger(WaitingSites.class);

    private final MatchList eligible;
    private final Flush flush;

    /** The service flush. */
    interface Flush {
        FlushRequest.Status ask(FlushRequest request) throws IOException;
    }

    WaitingSites(MatchList eligible, Flush flush) {
        this.eligible = eligible;
        this.flush = flush;
    }

    static WaitingSites of(ServiceContext context) {
        Parameters parameters = context.parameters();
        ServiceClient client = context.client("public/" + parameters.string("flush_service_name"));
        MatchList eligible = MatchList.domains(parameters.string("fast_flush_domains"),
                parameters.list("parent_domain_matches_subdomains").contains("fast_flush_domains"),
                context.tables());
        return new WaitingSites(eligible, request -> FlushRequest.status(client.call(request.toAttributes())));
    }

    /** @param recipient internal form; its site is what follows the last at sign */
    void note(String recipient, QueueId id) {
        String site = recipient.substring(recipient.lastIndexOf('@') + 1);
        if (eligible.isEmpty() || site.length() == recipient.length() || !eligible.match(site).matches()) {
            return;
        }
        try {
            if (flush.ask(FlushRequest.add(site, id.text())) == FlushRequest.Status.FAILED) {
                LOG.warn("{}: flush service failure", id);
            }
        } catch (IOException e) {
            LOG.warn("{}: flush service failure: {}", id, e.getMessage());
        }
    }
}
