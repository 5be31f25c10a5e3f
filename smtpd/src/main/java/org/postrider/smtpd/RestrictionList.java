package org.postrider.smtpd;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A list of restrictions, asked in order until one decides. Immutable. */
final class RestrictionList {
    private static final Set<String> FINAL = Set.of("permit", "reject", "defer", "check_relay_domains");
    private static final Logger log = LoggerFactory.getLogger(RestrictionList.class);

    /**
     * One word of the list.
     *
     * @param name as it is logged
     * @param argument the word that belongs to it; empty for none
     * @param warnOnly it stands after warn_if_reject
     */
    record Item(String name, String argument, Restriction restriction, boolean warnOnly) {}

    private final String origin;
    private final List<Item> items;

    /** @param origin the parameter that holds the list; empty for one that an access(5) table or a policy server gave */
    RestrictionList(String origin, List<Item> items) {
        this.origin = origin;
        this.items = List.copyOf(items);
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    /** Asks in order; Dunno when nobody decides. */
    Verdict ask(Inquiry inquiry) {
        if (!inquiry.enter()) {
            log.warn("smtpd access table or restriction classes: unreasonable recursion");
            return Verdict.badConfiguration();
        }
        try {
            return askAll(inquiry);
        } finally {
            inquiry.leave();
        }
    }

    private Verdict askAll(Inquiry inquiry) {
        boolean warnOnlyBefore = inquiry.warnOnly();
        Witness witness = inquiry.session().witness();
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            if (inquiry.session().transaction().actions().discard) {
                return Verdict.PERMIT;
            }
            inquiry.warnOnly(warnOnlyBefore || item.warnOnly);
            witness.asks(origin, item);
            Verdict verdict = item.restriction.ask(inquiry);
            witness.answered(verdict);
            boolean warn = inquiry.warnOnly();
            inquiry.warnOnly(warnOnlyBefore);
            switch (verdict) {
                case Verdict.Dunno() -> {
                }
                case Verdict.Permit() -> {
                    logPermit(inquiry, item.name);
                    remarkOnRest(inquiry, i);
                    inquiry.logRemarks();
                    return verdict;
                }
                case Verdict.Refuse(var reply, var cause) -> {
                    if (!warn || cause.isTrouble()) {
                        remarkOnRest(inquiry, i);
                        return verdict;
                    }
                    inquiry.session().logStep("reject_warning", reply.inOneLine(), inquiry.recipient());
                }
                case Verdict.Hangup() -> {
                    return verdict;
                }
            }
        }
        return Verdict.DUNNO;
    }

    /** What stands behind a word that always decides is never asked. */
    private void remarkOnRest(Inquiry inquiry, int decided) {
        String name = items.get(decided).name.toLowerCase(Locale.ROOT);
        if (FINAL.contains(name) && decided + 1 < items.size()) {
            inquiry.remark("restriction `" + items.get(decided + 1).name + "' after `" + name + "' is ignored");
        }
    }

    private static void logPermit(Inquiry inquiry, String name) {
        // A table, or a class, has logged its own decision.
        if (RestrictionTable.decidesByName(name) && inquiry.site().logsPermission(name)) {
            Subject subject = inquiry.stage().subject();
            inquiry.session().logStep("permit",
                    "action=" + name + " for " + subject.words() + "=" + inquiry.name(subject) + " ",
                    inquiry.recipient());
        }
    }
}
