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
     * @throws IOException when there is no answer, or one that is none
     */
    String ask(PolicyServer server, String request) throws IOException;
}
