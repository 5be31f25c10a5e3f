package org.postrider.smtpd;

import java.util.function.Function;
import org.postrider.common.lookup.LookupResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** check_client_access and its like: asks a table and does what it says (access(5)). */
final class AccessRestriction implements Restriction {
    private static final Logger log = LoggerFactory.getLogger(AccessRestriction.class);

    private final String table;
    private final Subject subject;
    private final Function<Inquiry, LookupResult> lookup;
    private final AccessAction action;

    /** @param table its name, for log lines */
    AccessRestriction(String table, Subject subject, Function<Inquiry, LookupResult> lookup,
            RestrictionParser parser) {
        this.table = table;
        this.subject = subject;
        this.lookup = lookup;
        this.action = new AccessAction(table, subject, parser);
    }

    @Override
    public Verdict ask(Inquiry inquiry) {
        return switch (lookup.apply(inquiry)) {
            case LookupResult.Found(String value) -> action.act(inquiry, value.strip());
            case LookupResult.NotFound() -> Verdict.DUNNO;
            case LookupResult.Unavailable _ -> {
                log.warn("{} lookup error for \"{}\"", table, inquiry.name(subject));
                yield inquiry.tableFailure(subject);
            }
        };
    }
}
