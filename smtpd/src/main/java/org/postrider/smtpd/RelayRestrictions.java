package org.postrider.smtpd;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.postrider.common.ipc.ResolveAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Relay control: mail from strangers is taken only for domains that this system is responsible for. An address with routing
 * operators left in it ({@code user%other@here}) is not taken to be for here, unless {@code allow_untrusted_routing} says so.
 */
final class RelayRestrictions {
    private static final Logger log = LoggerFactory.getLogger(RelayRestrictions.class);
    private static final int RESPONSIBLE = ResolveAnswer.CLASS_LOCAL | ResolveAnswer.CLASS_ALIAS
            | ResolveAnswer.CLASS_VIRTUAL | ResolveAnswer.CLASS_RELAY;

    private RelayRestrictions() {}

    static Verdict permitAuthDestination(Inquiry inquiry) {
        return decide(inquiry, Verdict.PERMIT, Verdict.DUNNO);
    }

    static Verdict rejectUnauthDestination(Inquiry inquiry) {
        return decide(inquiry, Verdict.DUNNO, denied(inquiry, inquiry.codes().relayDenied()));
    }

    /** check_relay_domains, on its way out; that is logged once. */
    static Restriction checkRelayDomains() {
        AtomicBoolean told = new AtomicBoolean();
        return inquiry -> {
            if (!told.getAndSet(true)) {
                log.warn("support for restriction \"check_relay_domains\" will be removed from {}; use"
                        + " \"reject_unauth_destination\" instead", inquiry.session().settings().names().mailName());
            }
            return decide(inquiry, Verdict.PERMIT,
                    inquiry.refuse(Subject.RECIPIENT, inquiry.codes().relayDenied(), "5.7.1", "Relay access denied"));
        };
    }

    static Verdict deferUnauthDestination(Inquiry inquiry) {
        int code = inquiry.codes().relayDenied();
        return decide(inquiry, Verdict.DUNNO, denied(inquiry, code >= 500 ? code - 100 : code));
    }

    private static Verdict denied(Inquiry inquiry, int code) {
        return new Verdict.Refuse(
                Inquiry.reply(code, "5.7.1", "<" + inquiry.recipient() + ">: Relay access denied"),
                Verdict.Cause.RULE);
    }

    private static Verdict decide(Inquiry inquiry, Verdict ours, Verdict foreign) {
        if (inquiry.recipient().isEmpty()) {
            return Verdict.DUNNO;
        }
        Optional<ResolveAnswer> answer = inquiry.resolve(inquiry.recipient());
        if (answer.isEmpty()) {
            return inquiry.lookupFailure(Subject.RECIPIENT);
        }
        if (!isOurs(inquiry, answer.get())) {
            return foreign;
        }
        if (answer.get().has(ResolveAnswer.CLASS_RELAY)) {
            String address = answer.get().recipient();
            inquiry.site().legacy().acceptedDomain(address.substring(address.lastIndexOf('@') + 1));
        }
        return ours;
    }

    /** The address is of a class that this system is responsible for, and nothing in it routes elsewhere. */
    static boolean isOurs(Inquiry inquiry, ResolveAnswer answer) {
        return !isRouted(inquiry, answer) && (answer.flags() & RESPONSIBLE) != 0;
    }

    /** The sender has written a way into the address, and allow_untrusted_routing does not say that this is as good as any address. */
    static boolean isRouted(Inquiry inquiry, ResolveAnswer answer) {
        return answer.has(ResolveAnswer.ROUTED) && !inquiry.session().settings().conduct().allowsRouting();
    }
}
