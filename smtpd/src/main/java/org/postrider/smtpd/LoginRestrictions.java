package org.postrider.smtpd;

import java.util.Optional;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.lookup.LookupResult;

/** Restrictions about who the client has logged in as, and whether the sender's address is its own (smtpd_sender_login_maps). */
final class LoginRestrictions {
    private LoginRestrictions() {}

    static Verdict permitAuthenticated(Inquiry inquiry) {
        return inquiry.session().login().isPresent() ? Verdict.PERMIT : Verdict.DUNNO;
    }

    /** reject_sender_login_mismatch. */
    static Verdict rejectMismatch(Inquiry inquiry) {
        return inquiry.session().login().isPresent() ? rejectAuthenticated(inquiry) : rejectUnauthenticated(inquiry);
    }

    /** reject_authenticated_sender_login_mismatch. */
    static Verdict rejectAuthenticated(Inquiry inquiry) {
        return mismatch(inquiry, false);
    }

    /** reject_known_sender_login_mismatch: an address that belongs to nobody may be anybody's. */
    static Verdict rejectKnown(Inquiry inquiry) {
        return inquiry.session().login().isPresent() ? mismatch(inquiry, true) : rejectUnauthenticated(inquiry);
    }

    private static Verdict mismatch(Inquiry inquiry, boolean nobodysIsFine) {
        Optional<Login> login = inquiry.session().login();
        if (login.isEmpty() || inquiry.sender().isEmpty()) {
            return Verdict.DUNNO;
        }
        return switch (owners(inquiry)) {
            case LookupResult.Unavailable _ -> inquiry.lookupFailure(Subject.SENDER);
            case LookupResult.NotFound() -> nobodysIsFine ? Verdict.DUNNO : notOwned(inquiry, login.get());
            case LookupResult.Found(String names) -> isAmong(login.get().user(), names)
                    ? Verdict.DUNNO
                    : notOwned(inquiry, login.get());
        };
    }

    private static boolean isAmong(String user, String names) {
        for (String name : names.split("[,\\s]+", -1)) {
            if (name.equalsIgnoreCase(user)) {
                return true;
            }
        }
        return false;
    }

    private static Verdict notOwned(Inquiry inquiry, Login login) {
        return inquiry.refuse(Subject.SENDER, 553, "5.7.1", "not owned by user " + login.user());
    }

    /** reject_unauthenticated_sender_login_mismatch: an address that is somebody's needs a login. */
    static Verdict rejectUnauthenticated(Inquiry inquiry) {
        if (inquiry.session().login().isPresent() || inquiry.sender().isEmpty()) {
            return Verdict.DUNNO;
        }
        return switch (owners(inquiry)) {
            case LookupResult.Unavailable _ -> inquiry.lookupFailure(Subject.SENDER);
            case LookupResult.NotFound() -> Verdict.DUNNO;
            case LookupResult.Found _ -> inquiry.refuse(Subject.SENDER, 553, "5.7.1", "not logged in");
        };
    }

    private static LookupResult owners(Inquiry inquiry) {
        Optional<ResolveAnswer> answer = inquiry.resolve(inquiry.sender());
        if (answer.isEmpty()) {
            return new LookupResult.Unavailable("address resolve service");
        }
        return inquiry.site().recipientCheck().find(inquiry.site().senderLogins(), answer.get());
    }
}
