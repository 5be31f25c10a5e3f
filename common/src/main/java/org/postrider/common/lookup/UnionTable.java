package org.postrider.common.lookup;

import java.util.ArrayList;
import java.util.List;

/** {@code unionmap:{...}}: every table is asked with the same key; what they find is put together with commas. */
record UnionTable(String title, List<LookupTable> tables) implements LookupTable {
    @Override
    public LookupResult find(String key) {
        List<String> values = new ArrayList<>();
        for (LookupTable table : tables) {
            switch (table.find(key)) {
                case LookupResult.Found(String value) -> values.add(value);
                case LookupResult.NotFound() -> {
                }
                case LookupResult.Unavailable broken -> {
                    return broken;
                }
            }
        }
        return values.isEmpty() ? LookupResult.NOT_FOUND : new LookupResult.Found(String.join(",", values));
    }

    @Override
    public boolean wantsWholeKey() {
        return tables.stream().anyMatch(LookupTable::wantsWholeKey);
    }
}
