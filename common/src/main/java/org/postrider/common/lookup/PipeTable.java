package org.postrider.common.lookup;

import java.util.List;

/** {@code pipemap:{...}}: the answer of each table is the key for the next. */
record PipeTable(String title, List<LookupTable> tables) implements LookupTable {
    @Override
    public LookupResult find(String key) {
        LookupResult result = new LookupResult.Found(key);
        for (LookupTable table : tables) {
            if (!(result instanceof LookupResult.Found(String next))) {
                return result;
            }
            result = table.find(next);
        }
        return result;
    }

    @Override
    public boolean wantsWholeKey() {
        return tables.stream().anyMatch(LookupTable::wantsWholeKey);
    }
}
