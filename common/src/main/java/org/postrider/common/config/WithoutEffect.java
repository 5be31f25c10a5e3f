package org.postrider.common.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The parameters of Postfix that may be set here and change nothing, each with the reason; from
 * {@code /org/postrider/conf/without-effect.tsv}, which docs/without-effect.md shows. Whoever sets one of them to something else
 * than its default hears of it, but for those that could not matter to the mail. Immutable.
 */
public final class WithoutEffect {
    private final Map<String, String> reasons = new TreeMap<>();
    private final Map<String, String> silent = new TreeMap<>();

    private WithoutEffect() {
        CatalogueFile.read("without-effect.tsv", 3,
                row -> (row.get(1).equals("yes") ? reasons : silent).put(row.get(0), row.get(2)));
    }

    /** Those of this version. */
    public static WithoutEffect standard() {
        return new WithoutEffect();
    }

    /** Those that somebody who sets them should hear of, with their reasons. */
    public Map<String, String> warned() {
        return Collections.unmodifiableMap(reasons);
    }

    /** The others. */
    public Map<String, String> silent() {
        return Collections.unmodifiableMap(silent);
    }

    /** Why this setting has no effect; empty when it has one, or says what is so anyway. */
    public Optional<String> reason(String name, String value) {
        String reason = reasons.get(name);
        if (reason == null || value.isEmpty() || value.equalsIgnoreCase(
                ParameterCatalogue.standard().find(name).map(Parameter::defaultValue).orElse(""))) {
            return Optional.empty();
        }
        return Optional.of(reason);
    }

    /** The text of warnings about settings of {@code file}: one for each reason. */
    public List<String> warnings(String file, Map<String, String> settings) {
        Map<String, List<String>> names = new LinkedHashMap<>();
        settings.forEach((name, value) -> reason(name, value)
                .ifPresent(reason -> names.computeIfAbsent(reason, _ -> new ArrayList<>()).add(name)));
        List<String> warnings = new ArrayList<>();
        names.forEach(
                (reason, list) -> warnings.add(file + ": without effect: " + String.join(", ", list) + ": " + reason));
        return warnings;
    }
}
