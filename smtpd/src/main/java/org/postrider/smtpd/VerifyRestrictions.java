package org.postrider.smtpd;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.postrider.common.config.Parameters;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.ipc.VerifyRequest.Answer;
import org.postrider.common.ipc.VerifyRequest.Status;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * reject_unverified_sender and reject_unverified_recipient (ADDRESS_VERIFICATION_README): what a probe of the address found out
 * decides. While the probe is on its way the session waits, address_verify_poll_count times; the client of an address about which
 * nothing is known even then may come again.
 */
final class VerifyRestrictions {
    private static final Logger log = LoggerFactory.getLogger(VerifyRestrictions.class);
    private static final Answer PROBLEM = new Answer(Status.DEFERRED, "Address verification problem");

    private final AddressVerifier verifier;
    private final Terms terms;

    /**
     * What main.cf says.
     *
     * @param pollCount address_verify_poll_count
     * @param pollDelay address_verify_poll_delay
     */
    record Terms(int pollCount, Duration pollDelay, Policy sender, Policy recipient) {
        static Terms of(Parameters parameters) {
            return new Terms(parameters.number("address_verify_poll_count"),
                    parameters.time("address_verify_poll_delay"),
                    Policy.of(Subject.SENDER, "1.7", "unverified_sender_", parameters),
                    Policy.of(Subject.RECIPIENT, "1.1", "unverified_recipient_", parameters));
        }
    }

    /**
     * What is made of a result; the parameters {@code unverified_sender_*} and {@code unverified_recipient_*}.
     *
     * @param rejectCode for an undeliverable address
     * @param deferCode for one whose probe failed or has not ended; 2xx lets it pass
     * @param reason takes the place of what the probe found out; empty for that
     * @param deferAtOnce the client hears of a failed probe at once, not only if nothing else is against it
     */
    record Policy(Subject subject, String status, int rejectCode, int deferCode, String reason,
            boolean deferAtOnce) {
        static Policy of(Subject subject, String status, String prefix, Parameters parameters) {
            return new Policy(subject, status, parameters.number(prefix + "reject_code"),
                    parameters.number(prefix + "defer_code"), parameters.string(prefix + "reject_reason"),
                    Settings.isAtOnce(parameters, prefix + "tempfail_action"));
        }
    }

    VerifyRestrictions(AddressVerifier verifier, Terms terms) {
        this.verifier = verifier;
        this.terms = terms;
    }

    Verdict rejectUnverifiedSender(Inquiry inquiry) {
        return decide(inquiry, terms.sender, inquiry.sender());
    }

    Verdict rejectUnverifiedRecipient(Inquiry inquiry) {
        return decide(inquiry, terms.recipient, inquiry.recipient());
    }

    private Verdict decide(Inquiry inquiry, Policy policy, String address) {
        if (address.isEmpty() || inquiry.site().isProbeSender(address)) {
            return Verdict.DUNNO;
        }
        Optional<ResolveAnswer> resolved = inquiry.resolve(address);
        if (resolved.isEmpty()) {
            return inquiry.lookupFailure(policy.subject);
        }
        Answer answer = poll(inquiry, resolved.get().recipient());
        return switch (answer.status()) {
            case DELIVERABLE -> Verdict.DUNNO;
            case UNDELIVERABLE -> undeliverable(inquiry, policy, answer);
            case DEFERRED, PENDING -> notNow(inquiry, policy, answer);
        };
    }

    /** With a code that lets the client come again it is as good as one that is not known yet. */
    private static Verdict undeliverable(Inquiry inquiry, Policy policy, Answer answer) {
        Reply reply = reply(inquiry, policy, policy.rejectCode, answer);
        return reply.isPermanent()
                ? new Verdict.Refuse(reply, Verdict.Cause.RULE)
                : inquiry.later(policy.deferAtOnce, reply);
    }

    private static Verdict notNow(Inquiry inquiry, Policy policy, Answer answer) {
        if (policy.deferCode < 300) {
            return Verdict.DUNNO;
        }
        Reply reply = reply(inquiry, policy, policy.deferCode, answer);
        return inquiry.later(policy.deferAtOnce, reply);
    }

    private static Reply reply(Inquiry inquiry, Policy policy, int code, Answer answer) {
        String word = code >= 500 ? "undeliverable" : "unverified";
        String reason = policy.reason.isEmpty() ? answer.reason() : policy.reason;
        return inquiry.rejection(policy.subject, code, code / 100 + "." + policy.status, word + " address: " + reason);
    }

    private Answer poll(Inquiry inquiry, String address) {
        try {
            Answer answer = verifier.query(address);
            for (int waited = 1; waited < terms.pollCount && answer.status() == Status.PENDING; waited++) {
                inquiry.rest(terms.pollDelay);
                answer = verifier.query(address);
            }
            return answer;
        } catch (IOException e) {
            log.warn("address verify service: {}", String.valueOf(e.getMessage()));
            return PROBLEM;
        }
    }
}
