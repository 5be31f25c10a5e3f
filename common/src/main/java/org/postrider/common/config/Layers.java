package org.postrider.common.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where raw values come from: layers, the highest that has a name decides, the defaults of the catalogue lie lowest
 * (docs/adr/0022). Immutable.
 */
interface Layers {
    /** The raw value of this name; empty for a name that no layer has. */
    Optional<String> value(String name);

    /** Everything above the catalogue's defaults, the highest value of each name. */
    Map<String, String> written();

    /** What is written as one layer over the defaults, for whoever does without the library that joins many. */
    static Layers of(Map<String, String> written) {
        return new Snapshot(Collections.unmodifiableMap(new LinkedHashMap<>(written)), ParameterCatalogue.standard());
    }

    /** Two layers. */
    record Snapshot(Map<String, String> written, ParameterCatalogue defaults) implements Layers {
        @Override
        public Optional<String> value(String name) {
            String value = written.get(name);
            return value != null ? Optional.of(value) : defaults.find(name).map(Parameter::defaultValue);
        }
    }
}
