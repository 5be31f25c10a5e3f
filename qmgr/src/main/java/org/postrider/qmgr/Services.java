package org.postrider.qmgr;

import java.io.IOException;
import java.util.List;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.ipc.ResolveRequest;
import org.postrider.common.ipc.RewriteClient;
import org.postrider.common.ipc.ServiceUnreachableException;

/** The other daemons as qmgr sees them. Calls block; they are made on virtual threads. */
interface Services {
    /** Asks trivial-rewrite. */
    ResolveAnswer resolve(ResolveRequest request) throws IOException;

    /** The same for at most {@link RewriteClient#MOST_AT_ONCE} addresses, in their order; none is answered when one can't be. */
    List<ResolveAnswer> resolve(List<ResolveRequest> requests) throws IOException;

    /**
     * Hands a delivery to the agent of its transport.
     *
     * @throws ServiceUnreachableException when there is nobody to hand it to; any other failure happened on the way
     */
    DeliveryReport deliver(DeliveryRequest request) throws IOException;

    /** Asks bounce, defer or trace, by socket name; false when it could not be done. */
    boolean report(String service, BounceRequest request);
}
