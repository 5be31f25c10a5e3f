package org.postrider.common.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The names of main.cf that are on their way out, or gone, and what to write in their place; from
 * {@code /org/postrider/conf/deprecated.tsv}. Immutable.
 */
public final class DeprecatedParameters {
    private final Map<String, String> instead = new LinkedHashMap<>();

    private DeprecatedParameters() {
        CatalogueFile.read("deprecated.tsv", 2, row -> instead.put(row.get(0), row.get(1)));
    }

    /** Those of this version. */
    public static DeprecatedParameters standard() {
        return new DeprecatedParameters();
    }

    /** All of them, with the name that replaces each, which is empty when nothing does. */
    public Map<String, String> names() {
        return Map.copyOf(instead);
    }

    /** What to do in place of setting this name; empty when there is nothing to be said against it. */
    public Optional<String> advice(String name) {
        return Optional.ofNullable(instead.get(name))
                .map(other -> other.isEmpty() ? "do not specify (leave at default)" : "specify \"" + other + '"');
    }

    /** The text of the warning about a name that is set in {@code file}. */
    public Optional<String> warning(String file, String name) {
        return advice(name)
                .map(advice -> file + ": support for parameter \"" + name + "\" will be removed; instead, " + advice);
    }
}
