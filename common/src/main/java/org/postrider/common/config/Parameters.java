package org.postrider.common.config;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The effective parameters of one program or service: the settings somebody made, over the defaults of the catalogue. Immutable
 * and safe for every thread. Getters expand {@code $name} each time they are called, so a program reads what it needs once into
 * a record of its own. A value that cannot be used is a {@link ConfigurationException} in the words operators know.
 */
public final class Parameters {
    private final ParameterCatalogue catalogue;
    private final Map<String, String> settings;

    private Parameters(ParameterCatalogue catalogue, Map<String, String> settings) {
        this.catalogue = catalogue;
        this.settings = Collections.unmodifiableMap(settings);
    }

    /** A view of these raw settings over the standard defaults. */
    public static Parameters of(Map<String, String> settings) {
        return new Parameters(ParameterCatalogue.standard(), new LinkedHashMap<>(settings));
    }

    /** The same with some settings replaced, as {@code -o name=value} does. */
    public Parameters with(Map<String, String> overrides) {
        Map<String, String> merged = new LinkedHashMap<>(settings);
        merged.putAll(overrides);
        return new Parameters(catalogue, merged);
    }

    /** The raw settings without the defaults; what another process needs to make the same view with {@link #of}. */
    public Map<String, String> settings() {
        return settings;
    }

    /** The names that were set. */
    public Set<String> names() {
        return settings.keySet();
    }

    /** True when somebody set this name, even to nothing. */
    public boolean isSet(String name) {
        return settings.containsKey(name);
    }

    /** The value or default as written, not expanded; empty for a name nobody knows. */
    public String raw(String name) {
        String value = settings.get(name);
        return value != null ? value : catalogue.find(name).map(Parameter::defaultValue).orElse("");
    }

    /** Expands {@code $name} and its kin in this text. */
    public String expand(String text) {
        return new Expansion(this::raw).expand(text);
    }

    /** The expanded value; for a parameter of type raw, the value as written. */
    public String string(String name) {
        Optional<Parameter> parameter = catalogue.find(name);
        if (parameter.isPresent() && parameter.get().type() == ParameterType.RAW) {
            return checkLength(parameter.get(), raw(name));
        }
        String value = expand(raw(name));
        return parameter.isPresent() && parameter.get().type() == ParameterType.STRING
                ? checkLength(parameter.get(), value)
                : value;
    }

    /** The words of a list, see {@link WordList}. */
    public List<String> list(String name) {
        return WordList.split(string(name));
    }

    /** {@code yes} or {@code no}, in any case. */
    public boolean bool(String name) {
        String value = expand(raw(name));
        if (value.equalsIgnoreCase("yes")) {
            return true;
        }
        if (value.equalsIgnoreCase("no")) {
            return false;
        }
        throw new ConfigurationException("bad boolean configuration: " + name + " = " + value);
    }

    /** A number of 32 bits. */
    public int number(String name) {
        long value = longNumber(name);
        if (value != (int) value) {
            throw badNumber(name, Long.toString(value));
        }
        return (int) value;
    }

    /** A number of 64 bits. */
    public long longNumber(String name) {
        String value = expand(raw(name));
        long number;
        try {
            number = Long.parseLong(value.substring(Braces.skipSpace(value, 0)));
        } catch (NumberFormatException _) {
            throw badNumber(name, value);
        }
        return checkBounds(name, number);
    }

    /** A time; a number without a unit letter is in the parameter's own unit. */
    public Duration time(String name) {
        String value = expand(raw(name));
        char unit = catalogue.find(name).map(Parameter::unit).orElse('s');
        long seconds = TimeValue.seconds(value, unit);
        if (seconds < 0) {
            throw new ConfigurationException("parameter " + name + ": bad time value or unit: " + value);
        }
        return Duration.ofSeconds(checkBounds(name, seconds));
    }

    private long checkBounds(String name, long value) {
        Optional<Parameter> found = catalogue.find(name);
        if (found.isEmpty() || found.get().type() == ParameterType.STRING) {
            return value;
        }
        Parameter parameter = found.get();
        if (value < parameter.minimum()) {
            throw new ConfigurationException(
                    "invalid " + name + " parameter value " + value + " < " + parameter.minimum());
        }
        if (value > parameter.maximum()) {
            throw new ConfigurationException(
                    "invalid " + name + " parameter value " + value + " > " + parameter.maximum());
        }
        return value;
    }

    /** A default is never at fault: some programs take an empty one for "not in use". */
    private String checkLength(Parameter parameter, String value) {
        if (!isSet(parameter.name())) {
            return value;
        }
        if (value.length() < parameter.minimum()) {
            throw new ConfigurationException("bad string length " + value.length() + " < " + parameter.minimum() + ": "
                    + parameter.name() + " = " + value);
        }
        if (value.length() > parameter.maximum()) {
            throw new ConfigurationException("bad string length " + value.length() + " > " + parameter.maximum() + ": "
                    + parameter.name() + " = " + value);
        }
        return value;
    }

    private static ConfigurationException badNumber(String name, String value) {
        return new ConfigurationException("bad numerical configuration: " + name + " = " + value);
    }
}
