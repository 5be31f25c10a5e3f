package org.postrider.smtpd;

import java.io.IOException;
import org.postrider.common.ipc.ResolveAnswer;

/** Asks trivial-rewrite. Safe for many threads. */
@FunctionalInterface
interface Addresses {
    /**
     * Where mail for this address goes, after it was brought into full form.
     *
     * @param sender internal form
     * @param address internal form
     * @throws IOException when there is no answer: the caller defers
     */
    ResolveAnswer resolve(String sender, String address) throws IOException;
}
