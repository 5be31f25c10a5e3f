package org.postrider.common.lookup;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The entries of a table of type inline, which stand in its name: {@code {key = value, {key = longer value}}}. */
final class InlineEntries {
    private static final String SYNTAX = "; need \"inline:{name=value...}\"";

    private InlineEntries() {}

    /**
     * One entry for each key: the last one counts.
     *
     * @param title of the table
     * @param text what follows the type
     */
    static Collection<TableSource.Entry> read(String title, String text, boolean fold) {
        if (!ListText.isBraced(text)) {
            throw new TableException("bad syntax: \"" + title + '"' + SYNTAX);
        }
        Map<String, TableSource.Entry> entries = new LinkedHashMap<>();
        for (String item : ListText.split(ListText.unbrace(text))) {
            String pair = ListText.unbrace(item);
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw new TableException("missing '=' after attribute name: \"" + title + '"' + SYNTAX);
            }
            String key = pair.substring(0, equals).strip();
            if (key.isEmpty()) {
                throw new TableException("missing attribute name: \"" + title + '"' + SYNTAX);
            }
            String stored = fold ? KeyFolding.fold(key) : key;
            entries.put(stored, new TableSource.Entry(1, stored, pair.substring(equals + 1).strip()));
        }
        if (entries.isEmpty()) {
            throw new TableException("empty inline table: \"" + title + '"' + SYNTAX);
        }
        return entries.values();
    }
}
