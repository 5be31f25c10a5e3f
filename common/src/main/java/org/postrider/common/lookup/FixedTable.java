package org.postrider.common.lookup;

/** Contents that never change under a title: {@code inline:} tables, and rules written in the parameter itself. */
record FixedTable(String title, TableContents contents, boolean wantsWholeKey) implements LookupTable {
    @Override
    public LookupResult find(String key) {
        return contents.find(key);
    }
}
