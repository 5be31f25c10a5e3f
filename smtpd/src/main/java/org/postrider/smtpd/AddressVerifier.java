package org.postrider.smtpd;

import java.io.IOException;
import org.postrider.common.ipc.VerifyRequest;

/** Asks the service verify. Safe for many threads. */
@FunctionalInterface
interface AddressVerifier {
    /**
     * What is known of this address; a probe is sent where that is nothing.
     *
     * @param address internal form
     * @throws IOException when there is no answer
     */
    VerifyRequest.Answer query(String address) throws IOException;
}
