package org.postrider.common.delivery;

import java.io.IOException;
import org.postrider.common.ipc.DeliveryRequest;

/** Where queue files come from; the queue directory, or a fake in tests. */
public interface MessageFiles {
    /** Opens the file that a request names. */
    MessageFile open(DeliveryRequest request) throws IOException;
}
