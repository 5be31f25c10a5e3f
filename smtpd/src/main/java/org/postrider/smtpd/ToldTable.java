package org.postrider.smtpd;

import java.util.List;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.TableList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A table of a list, of which the log tells when it gives no answer, and to which question. */
record ToldTable(LookupTable table) implements LookupTable {
    private static final Logger log = LoggerFactory.getLogger(ToldTable.class);

    /** The same tables, told. */
    static TableList all(List<LookupTable> tables) {
        return new TableList(tables.stream().<LookupTable>map(ToldTable::new).toList());
    }

    @Override
    public LookupResult find(String key) {
        LookupResult result = table.find(key);
        if (result instanceof LookupResult.Unavailable) {
            log.warn("{} lookup error for \"{}\"", table.title(), key);
        }
        return result;
    }

    @Override
    public String title() {
        return table.title();
    }

    @Override
    public boolean wantsWholeKey() {
        return table.wantsWholeKey();
    }
}
