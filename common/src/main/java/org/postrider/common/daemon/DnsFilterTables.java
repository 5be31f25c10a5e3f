package org.postrider.common.daemon;

import java.util.List;
import java.util.Locale;
import org.postrider.common.config.Parameters;
import org.postrider.common.dns.AnswerFilter;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.lookup.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tables that drop records out of DNS answers: smtp_dns_reply_filter, smtpd_dns_reply_filter. They know one action, IGNORE. */
public final class DnsFilterTables implements AnswerFilter {
    private static final Logger LOG = LoggerFactory.getLogger(DnsFilterTables.class);

    private final String parameter;
    private final TableList tables;

    private DnsFilterTables(String parameter, TableList tables) {
        this.parameter = parameter;
        this.tables = tables;
    }

    /** The filter that this parameter names; {@link AnswerFilter#NONE} when it names none. */
    public static AnswerFilter of(String parameter, Parameters parameters, Tables tables) {
        List<String> names = parameters.list(parameter);
        return names.isEmpty() ? NONE : new DnsFilterTables(parameter, tables.list(names));
    }

    @Override
    public boolean isEmpty() {
        return tables.isEmpty();
    }

    @Override
    public Fate fate(String entry) {
        return switch (tables.find(entry)) {
            case LookupResult.NotFound _ -> Fate.STAYS;
            case LookupResult.Unavailable(String reason) -> {
                LOG.warn("{}: {}", parameter, reason);
                yield Fate.UNKNOWN;
            }
            case LookupResult.Found(String action) -> {
                if (action.strip().split("\\s+", 2)[0].toUpperCase(Locale.ROOT).equals("IGNORE")) {
                    LOG.info("ignoring DNS RR: {}", entry);
                    yield Fate.GOES;
                }
                LOG.warn("{}: unknown DNS filter action: \"{}\"", parameter, action);
                yield Fate.UNKNOWN;
            }
        };
    }
}
