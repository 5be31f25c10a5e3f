package org.postrider.smtpd;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** check_policy_service: asks a server and does what it says, as if an access(5) table had said so. */
final class PolicyRestriction implements Restriction {
    private static final Logger log = LoggerFactory.getLogger(PolicyRestriction.class);

    private final PolicyServer server;
    private final RestrictionParser parser;

    PolicyRestriction(PolicyServer server, RestrictionParser parser) {
        this.server = server;
        this.parser = parser;
    }

    @Override
    public Verdict ask(Inquiry inquiry) {
        AccessAction action = new AccessAction(server.destination(), inquiry.stage().subject(), parser);
        String request = PolicyRequest.of(inquiry, server);
        for (int tries = 1; tries <= server.tryLimit(); tries++) {
            try {
                String answer = inquiry.site().policies().ask(server, request).strip();
                return answer.isEmpty() ? Verdict.DUNNO : action.act(inquiry, answer);
            } catch (IOException e) {
                boolean last = tries >= server.tryLimit();
                if (last || !comesAndGoes(e)) {
                    log.warn("problem talking to server {}: {}", server.title(), String.valueOf(e.getMessage()));
                }
                if (!last) {
                    inquiry.rest(server.retryDelay());
                }
            }
        }
        return action.act(inquiry, server.defaultAction());
    }

    /** What a server that is being restarted looks like, too: only the last of these is told. */
    private static boolean comesAndGoes(IOException e) {
        return e.getCause() instanceof FileNotFoundException
                || !(e instanceof ConnectException || e instanceof SocketTimeoutException);
    }
}
