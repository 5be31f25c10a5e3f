package org.postrider.common.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The defaults that {@code compatibility_level} keeps as older versions had them (COMPATIBILITY_README): those whose default in
 * the catalogue depends on a level that the configuration has not reached, and that nobody sets. Programs say so in the log when
 * such a default decides something, as long as it is kept. Immutable.
 */
public final class LegacyDefaults {
    private static final String CONDITION = "${{$compatibility_level} <level {";

    /**
     * A default that changed.
     *
     * @param name of the parameter
     * @param since the first level with the new default
     */
    public record Change(String name, CompatibilityLevel since) {}

    private final Parameters parameters;

    private LegacyDefaults(Parameters parameters) {
        this.parameters = parameters;
    }

    /** Of this configuration; a level that is none is an error as soon as it counts. */
    public static LegacyDefaults of(Parameters parameters) {
        return new LegacyDefaults(parameters);
    }

    /** Every default that ever changed, in the order of names. */
    public static List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        for (Parameter parameter : ParameterCatalogue.standard().parameters()) {
            since(parameter).ifPresent(level -> changes.add(new Change(parameter.name(), level)));
        }
        return changes;
    }

    /** The level from which on no default is kept. */
    public static CompatibilityLevel newest() {
        return changes().stream().map(Change::since).max(CompatibilityLevel::compareTo).orElseThrow();
    }

    private static Optional<CompatibilityLevel> since(Parameter parameter) {
        String text = parameter.defaultValue();
        return text.startsWith(CONDITION)
                ? CompatibilityLevel.parse(text.substring(CONDITION.length(), text.indexOf('}', CONDITION.length())))
                : Optional.empty();
    }

    /** True when the old default of this parameter is in force. */
    public boolean keeps(String name) {
        return !parameters.isSet(name) && ParameterCatalogue.standard().find(name).flatMap(LegacyDefaults::since)
                .filter(since -> level().compareTo(since) < 0).isPresent();
    }

    /** The old defaults that are in force. */
    public List<Change> kept() {
        return changes().stream().filter(change -> keeps(change.name())).toList();
    }

    /** True when the level is lower than the newest one, whatever the parameters are set to. */
    public boolean mayKeepAny() {
        return level().compareTo(newest()) < 0;
    }

    /** Does nothing, unless compatibility_level is none: that is an {@link ExpansionException}. */
    public void checkLevel() {
        CompatibilityLevel _ = level();
    }

    private CompatibilityLevel level() {
        String text = parameters.string("compatibility_level");
        return CompatibilityLevel.parse(text).orElseThrow(
                () -> new ExpansionException("malformed compatibility level syntax: \"" + text + "\""));
    }
}
