package org.postrider.smtpd;

import java.io.IOException;

/** Carries requests to policy servers (SMTPD_POLICY_README). Safe for many threads. */
@FunctionalInterface
interface PolicyTransport {
    /**
     * Asks once.
     *
     * @param request {@code name=value} lines and the empty line after them
     * @return the value of {@code action}
     * @throws java.net.ConnectException when the server can't be reached
     * @throws java.net.SocketTimeoutException when it does not answer in time
     * @throws IOException when it hangs up, or says what is no answer
     */
    String ask(PolicyServer server, String request) throws IOException;
}
