package org.postrider.commands;

import java.util.List;
import org.postrider.common.config.ConfigurationException;

/**
 * {@code service/type/name} on the command line of postconf(1); a part that is left out or {@code *} matches everything.
 *
 * @param text as given, for messages
 * @param value what stands after the {@code =}; empty when there is none
 */
record ServicePattern(String text, List<String> parts, String value) {

    ServicePattern {
        parts = List.copyOf(parts);
    }

    /** Reads an operand without a value. */
    static ServicePattern parse(String operand) {
        String parts = operand.endsWith("/") ? operand.substring(0, operand.length() - 1) : operand;
        return new ServicePattern(operand, List.of(parts.split("/", 3)), "");
    }

    /** Reads an operand of an edit, with {@code parts} parts before an equals sign that is wanted or refused. */
    static ServicePattern parseEdit(String operand, int parts, boolean wantsValue, String options) {
        MainCfEdit.checkText(operand);
        if (wantsValue && operand.indexOf('=') < 0) {
            throw new ConfigurationException("missing '=' after attribute name: \"" + operand + "\"");
        }
        int slashes = 0;
        int at = -1;
        while (slashes < parts - 1) {
            at = operand.indexOf('/', at + 1);
            if (at < 0) {
                throw new ConfigurationException(options);
            }
            slashes++;
        }
        int equals = operand.indexOf('=', at + 1);
        if (equals >= 0 != wantsValue) {
            throw new ConfigurationException(
                    wantsValue
                            ? "missing '=' after attribute name: \"" + operand + "\""
                            : "unexpected value: \"" + operand + "\"");
        }
        String left = (equals < 0 ? operand : operand.substring(0, equals)).strip();
        String value = equals < 0 ? "" : operand.substring(equals + 1).strip();
        return new ServicePattern(operand, List.of(left.split("/", parts)), value);
    }

    boolean matches(ServiceRow row) {
        return matches(0, row.columns().get(0)) && matches(1, row.columns().get(1));
    }

    /** True when the third part matches this field or parameter. */
    boolean matchesName(String name) {
        return matches(2, name);
    }

    /** The part at this place; {@code *} when it was left out. */
    String part(int at) {
        return at < parts.size() ? parts.get(at) : "*";
    }

    private boolean matches(int at, String name) {
        return part(at).equals("*") || part(at).equals(name);
    }
}
