package org.postrider.common.lookup;

import java.util.Map;

/** {@code environ:}: the process's environment; names are looked up as they are written. */
record EnvironmentTable(String title, Map<String, String> environment) implements LookupTable {
    @Override
    public LookupResult find(String key) {
        String value = environment.get(key);
        return value == null ? LookupResult.NOT_FOUND : new LookupResult.Found(value);
    }
}
