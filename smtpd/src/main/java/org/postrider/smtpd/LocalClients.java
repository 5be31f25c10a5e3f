package org.postrider.smtpd;

import java.util.ArrayList;
import java.util.List;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * local_header_rewrite_clients: a few restrictions that permit, and tables of client addresses, with or without {@code check_address_map}
 * before them. What such a table answers does not matter.
 */
final class LocalClients {
    static final String PARAMETER = "local_header_rewrite_clients";
    private static final Logger log = LoggerFactory.getLogger(LocalClients.class);
    private static final String MAP = "check_address_map";

    private LocalClients() {}

    /** The list that permits what is local. */
    static RestrictionList of(List<String> words, RestrictionParser parser, Tables tables) {
        List<RestrictionList.Item> items = new ArrayList<>();
        for (String word : words) {
            if (word.indexOf(':') > 0) {
                LookupTable table = tables.open(word);
                items.add(new RestrictionList.Item(MAP, word, inquiry -> has(table, inquiry), false));
            } else if (!word.equalsIgnoreCase(MAP)) {
                items.add(new RestrictionList.Item(word, "",
                        parser.parse(PARAMETER, List.of(word), Stage.CLIENT, 0)::ask, false));
            }
        }
        return new RestrictionList(PARAMETER, items);
    }

    private static Verdict has(LookupTable table, Inquiry inquiry) {
        return switch (table.find(inquiry.session().client().addressText())) {
            case LookupResult.Found _ -> Verdict.PERMIT;
            case LookupResult.NotFound() -> Verdict.DUNNO;
            case LookupResult.Unavailable(String reason) -> {
                log.warn("{}: {}", PARAMETER, reason);
                yield Verdict.DUNNO;
            }
        };
    }
}
