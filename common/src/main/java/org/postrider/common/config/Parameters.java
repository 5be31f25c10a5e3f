package org.postrider.common.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The effective parameters of one program or service: values from {@link Layers}, types and bounds from the catalogue. Immutable
 * and safe for every thread. Getters expand {@code $name} each time they are called, so a program reads what it needs once into
 * a record of its own. A value that cannot be used is a {@link ConfigurationException} in the words operators know.
 */
public final class Parameters {
    private final Layers layers;

    Parameters(Layers layers) {
        this.layers = layers;
    }

    /** A view of these raw settings over the standard defaults. */
    public static Parameters of(Map<String, String> settings) {
        return new Parameters(Layers.of(settings));
    }

    /** The same with some settings replaced, as {@code -o name=value} does. */
    public Parameters with(Map<String, String> overrides) {
        Map<String, String> merged = new LinkedHashMap<>(layers.written());
        merged.putAll(overrides);
        return of(merged);
    }

    /** The raw settings without the defaults; what another process needs to make the same view with {@link #of}. */
    public Map<String, String> settings() {
        return layers.written();
    }

    /** The names that were set. */
    public Set<String> names() {
        return layers.written().keySet();
    }

    /** True when somebody set this name, even to nothing. */
    public boolean isSet(String name) {
        return layers.written().containsKey(name);
    }

    /** The value or default as written, not expanded; empty for a name nobody knows. */
    public String raw(String name) {
        return layers.value(name).orElse("");
    }

    /** Expands {@code $name} and its kin in this text. */
    public String expand(String text) {
        return new Expansion(this::raw).expand(text);
    }

    /** The expanded value; for a parameter of type raw, the value as written. */
    public String string(String name) {
        Optional<Parameter> parameter = declared(name);
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
        char unit = declared(name).map(Parameter::unit).orElse('s');
        long seconds = TimeValue.seconds(value, unit);
        if (seconds < 0) {
            throw new ConfigurationException("parameter " + name + ": bad time value or unit: " + value);
        }
        return Duration.ofSeconds(checkBounds(name, seconds));
    }

    private static Optional<Parameter> declared(String name) {
        return ParameterCatalogue.standard().find(name);
    }

    private long checkBounds(String name, long value) {
        Optional<Parameter> found = declared(name);
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
