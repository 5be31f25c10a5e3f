package org.postrider.common.lookup;

/** {@code static:text}: the same answer for every key. */
record StaticTable(String title, String value) implements LookupTable {
    @Override
    public LookupResult find(String key) {
        return new LookupResult.Found(value);
    }
}
