package org.postrider.common.lookup;

/** Stands for a table that could not be opened: every answer is the reason. */
record BrokenTable(String title, String reason) implements LookupTable {
    @Override
    public LookupResult find(String key) {
        return new LookupResult.Unavailable(reason);
    }
}
