package org.postrider.common.delivery;

import java.io.IOException;

/**
 * A way out: what an agent does with one delivery request. It settles every recipient with {@link Delivery#settle}; those it
 * leaves out, and all of them after an exception, are tried again later.
 */
public interface Door {
    /** Runs on the conversation's virtual thread. */
    void deliver(Delivery delivery) throws IOException;
}
