package org.postrider.common.lookup;

/** {@code debug:type:name}: the table behind it, and a log line for every question. */
record DebugTable(String title, LookupTable table, Complaints complaints) implements LookupTable {
    @Override
    public LookupResult find(String key) {
        LookupResult result = table.find(key);
        String words = switch (result) {
            case LookupResult.Found(String value) -> value;
            case LookupResult.NotFound() -> "not_found";
            case LookupResult.Unavailable _ -> "error";
        };
        complaints.note(table.title() + " lookup: \"" + key + "\" = \"" + words + '"');
        return result;
    }

    @Override
    public boolean wantsWholeKey() {
        return table.wantsWholeKey();
    }
}
