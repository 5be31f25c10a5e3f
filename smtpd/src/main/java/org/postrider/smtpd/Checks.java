package org.postrider.smtpd;

import java.util.List;
import java.util.Map;
import org.postrider.common.smtp.Reply;

/** Asks the restriction lists, each at its time, and logs refusals. Immutable. */
final class Checks {
    private static final List<Stage> DELAYED = List.of(Stage.CLIENT, Stage.HELO, Stage.SENDER);

    private static final RestrictionList NOTHING = new RestrictionList("", List.of());

    private final Map<Stage, RestrictionList> lists;
    private final RestrictionList localClients;
    private final RestrictionList newRelayDefault;
    private final RestrictionList listedRecipients;
    private final RestrictionList listedSenders;
    private final Settings.Conduct conduct;

    /**
     * @param localClients local_header_rewrite_clients
     * @param newRelayDefault asked in place of smtpd_relay_restrictions where these are empty by an old default, to say in the
     * log what it would refuse
     */
    Checks(Map<Stage, RestrictionList> lists, RestrictionList localClients, RestrictionList newRelayDefault,
            Settings.Conduct conduct) {
        this.lists = Map.copyOf(lists);
        this.localClients = localClients;
        this.newRelayDefault = newRelayDefault;
        this.listedRecipients = implied(conduct.rejectUnlistedRecipient(), "reject_unlisted_recipient",
                AddressRestrictions::rejectUnlistedRecipient);
        this.listedSenders = implied(conduct.rejectUnlistedSender(), "reject_unlisted_sender",
                AddressRestrictions::rejectUnlistedSender);
        this.conduct = conduct;
    }

    /** smtpd_reject_unlisted_recipient and its like: a restriction that stands after all lists. */
    private static RestrictionList implied(boolean on, String name, Restriction restriction) {
        return new RestrictionList("smtpd_" + name,
                on ? List.of(new RestrictionList.Item(name, "", restriction, false)) : List.of());
    }

    Verdict atConnect(Session session) {
        return early(session, Stage.CLIENT);
    }

    Verdict atHelo(Session session) {
        return early(session, Stage.HELO);
    }

    Verdict atMail(Session session) {
        return early(session, Stage.SENDER);
    }

    /** With smtpd_delay_reject these lists wait for RCPT, so that log and client learn who the mail was for. */
    private Verdict early(Session session, Stage stage) {
        RestrictionList list = list(stage);
        RestrictionList behind = behind(stage);
        if (conduct.delayReject() || (list.isEmpty() && behind.isEmpty())) {
            return Verdict.DUNNO;
        }
        Inquiry inquiry = new Inquiry(session, stage, "");
        Verdict verdict = list.ask(inquiry);
        if (!decided(verdict) && !behind.isEmpty()) {
            verdict = behind.ask(inquiry);
        }
        session.deferrals(stage, inquiry.deferrals());
        return logged(inquiry, verdict);
    }

    /** What is asked when a list had no objection, and whoever it has permitted. */
    private RestrictionList behind(Stage stage) {
        return stage == Stage.SENDER ? listedSenders : NOTHING;
    }

    /** RCPT and VRFY. */
    Verdict atRecipient(Session session, String recipient) {
        if (recipient.equalsIgnoreCase("postmaster") || session.site().isProbeSender(recipient)) {
            // RFC 5321 section 4.5.1: always there; so is who asks others whether an address exists.
            return Verdict.PERMIT;
        }
        Inquiry inquiry = new Inquiry(session, Stage.RECIPIENT, recipient);
        Verdict verdict = settle(inquiry, recipient(inquiry));
        if (!decided(verdict)) {
            verdict = settle(inquiry, existence(inquiry));
        }
        if (verdict instanceof Verdict.Refuse && inquiry.stage() == Stage.RECIPIENT) {
            inquiry.site().legacy().refusedBeforeRelayRestrictions(inquiry.recipient(), inquiry.client());
        }
        return verdict;
    }

    private Verdict recipient(Inquiry inquiry) {
        if (conduct.delayReject()) {
            for (Stage stage : DELAYED) {
                Verdict verdict = ask(inquiry, stage);
                if (!decided(verdict) && !discards(inquiry)) {
                    verdict = behind(stage).ask(inquiry);
                }
                if (decided(verdict)) {
                    return verdict;
                }
            }
        } else {
            inquiry.session().deferrals().forEach(inquiry.deferrals()::addAll);
        }
        List<Stage> order = conduct.relayBeforeRecipient()
                ? List.of(Stage.RELAY, Stage.RECIPIENT)
                : List.of(Stage.RECIPIENT, Stage.RELAY);
        for (Stage stage : order) {
            Verdict verdict = ask(inquiry, stage);
            if (decided(verdict)) {
                return verdict;
            }
        }
        if (newRelayDefault.ask(inquiry) instanceof Verdict.Refuse) {
            inquiry.site().legacy().avoidedRefusal(inquiry.recipient(), inquiry.client());
        }
        return Verdict.DUNNO;
    }

    private static boolean discards(Inquiry inquiry) {
        return inquiry.session().transaction().actions().discard;
    }

    private Verdict existence(Inquiry inquiry) {
        return discards(inquiry) ? Verdict.PERMIT : listedRecipients.ask(inquiry);
    }

    /** ETRN: the lists that wait for RCPT otherwise, then its own. */
    Verdict atEtrn(Session session, String site) {
        Inquiry inquiry = new Inquiry(session, Stage.ETRN, "");
        inquiry.etrnDomain(site);
        if (conduct.delayReject()) {
            for (Stage stage : List.of(Stage.CLIENT, Stage.HELO)) {
                Verdict verdict = ask(inquiry, stage);
                if (decided(verdict)) {
                    return logged(inquiry, verdict);
                }
            }
        }
        return settle(inquiry, ask(inquiry, Stage.ETRN));
    }

    /** DATA, before content is asked for. */
    Verdict atData(Session session) {
        return late(session, Stage.DATA);
    }

    /** After the end of data. */
    Verdict atEndOfData(Session session) {
        return late(session, Stage.END_OF_DATA);
    }

    private Verdict late(Session session, Stage stage) {
        if (list(stage).isEmpty()) {
            return Verdict.DUNNO;
        }
        Transaction transaction = session.transaction();
        Inquiry inquiry = new Inquiry(session, stage,
                transaction.recipients() == 1 ? transaction.firstRecipient() : "");
        return settle(inquiry, ask(inquiry, stage));
    }

    /** local_header_rewrite_clients: headers of these clients' mail are completed with our own domain. */
    boolean rewritesAsLocal(Session session) {
        return localClients.ask(new Inquiry(session, Stage.CLIENT, "")) instanceof Verdict.Permit;
    }

    private Verdict ask(Inquiry inquiry, Stage stage) {
        inquiry.stage(stage);
        inquiry.deferrals().beginList();
        return list(stage).ask(inquiry);
    }

    private RestrictionList list(Stage stage) {
        return lists.getOrDefault(stage, new RestrictionList(stage.parameter(), List.of()));
    }

    private static boolean decided(Verdict verdict) {
        return verdict instanceof Verdict.Refuse || verdict instanceof Verdict.Hangup;
    }

    /** Lets what was put aside take effect, and logs a refusal. */
    private static Verdict settle(Inquiry inquiry, Verdict verdict) {
        PendingDeferrals deferrals = inquiry.deferrals();
        return switch (verdict) {
            case Verdict.Refuse(Reply reply, _) when reply.isPermanent() -> logged(inquiry,
                    deferrals.ifReject().map(Checks::refusal).orElse(verdict));
            case Verdict.Refuse _ -> logged(inquiry, verdict);
            case Verdict.Hangup() -> verdict;
            case Verdict.Permit _,Verdict.Dunno _ -> inquiry.session().transaction().actions().discard
                    ? verdict
                    : logged(inquiry, deferrals.ifPermit().map(Checks::refusal).orElse(verdict));
        };
    }

    private static Verdict refusal(Reply reply) {
        return new Verdict.Refuse(reply, Verdict.Cause.RULE);
    }

    private static Verdict logged(Inquiry inquiry, Verdict verdict) {
        if (verdict instanceof Verdict.Refuse(Reply reply, Verdict.Cause cause)) {
            inquiry.session().refusedFor(cause);
            inquiry.session().witness().refuses(reply);
            boolean soft = inquiry.session().settings().conduct().softBounce();
            inquiry.session().logStep("reject", Softening.apply(reply, soft).inOneLine(), inquiry.recipient());
        }
        inquiry.logRemarks();
        return verdict;
    }
}
