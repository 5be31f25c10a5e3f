package org.postrider.common.config;

/**
 * One declared main.cf parameter, see postconf(5).
 *
 * @param name its name; for a member of a family the full name, such as {@code relay_time_limit}
 * @param defaultValue the raw default, not yet expanded
 * @param type how its text is understood
 * @param unit for a time, the unit of a number without a letter; {@code 's'} for every other type
 * @param minimum least value (or length of text); {@code Long.MIN_VALUE} when there is no bound
 * @param maximum greatest value (or length of text); {@code Long.MAX_VALUE} when there is no bound
 * @param computed true when the real default depends on the host or the process, see {@link SystemDefaults}
 * @param legacy true for an old name that only other parameters' defaults refer to
 */
public record Parameter(
        String name,
        String defaultValue,
        ParameterType type,
        char unit,
        long minimum,
        long maximum,
        boolean computed,
        boolean legacy) {

    Parameter named(String fullName) {
        return new Parameter(fullName, defaultValue, type, unit, minimum, maximum, computed, legacy);
    }
}
