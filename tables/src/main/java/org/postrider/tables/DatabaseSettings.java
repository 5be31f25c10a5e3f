package org.postrider.tables;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.MainCf;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.ListText;
import org.postrider.common.lookup.TableException;
import org.postrider.common.lookup.Tables;

/**
 * The settings of one table: a file in the form of main.cf, taken as it is written; parameters {@code NAME_setting} of main.cf; or, as
 * an extension, {@code {{setting = value} {setting = value}}} in place of a name. A value that can't be used is a {@link
 * TableException} in Postfix's words.
 */
public final class DatabaseSettings {
    private final String source;
    private final String complaint;
    private final String prefix;
    private final Function<String, Optional<String>> values;

    private DatabaseSettings(String source, String complaint, String prefix,
            Function<String, Optional<String>> values) {
        this.source = source;
        this.complaint = complaint;
        this.prefix = prefix;
        this.values = values;
    }

    /**
     * Reads the settings of a table.
     *
     * @param name what follows the type: a file's name begins with a slash or a dot
     */
    public static DatabaseSettings read(String name, Tables tables) {
        try {
            if (ListText.isBraced(name)) {
                Map<String, String> given = inline(ListText.unbrace(name));
                return new DatabaseSettings(name, name + ": ", "", key -> Optional.ofNullable(given.get(key)));
            }
            if (name.startsWith("/") || name.startsWith(".")) {
                Map<String, String> written = MainCf.read(tables.settings().directory().resolve(name)).settings();
                return new DatabaseSettings(name, name + ": ", "", key -> Optional.ofNullable(written.get(key)));
            }
            Parameters main = tables.settings().services().parameters().get();
            return new DatabaseSettings(name, "", name + "_",
                    key -> main.isSet(name + "_" + key)
                            ? Optional.of(main.string(name + "_" + key))
                            : Optional.empty());
        } catch (TableException e) {
            throw e;
        } catch (ConfigurationException e) {
            throw new TableException(String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, String> inline(String text) {
        Map<String, String> given = new LinkedHashMap<>();
        for (String item : ListText.split(text)) {
            Map.Entry<String, String> entry = MainCf.split(ListText.unbrace(item));
            given.put(entry.getKey(), entry.getValue());
        }
        return given;
    }

    /** The file or name, for messages. */
    public String source() {
        return source;
    }

    /** True when somebody made this setting, even to nothing. */
    public boolean isSet(String name) {
        return values.apply(name).isPresent();
    }

    public String text(String name, String missing) {
        return values.apply(name).orElse(missing);
    }

    /** A text that must be there. */
    public String needed(String name) {
        String value = text(name, "");
        if (value.isEmpty()) {
            throw new TableException(complaint + "bad string length 0 < 1: " + prefix + name + " = ");
        }
        return value;
    }

    /** The words between commas and white space. */
    public List<String> words(String name, String missing) {
        return ListText.split(text(name, missing));
    }

    public int number(String name, int missing, int least) {
        return number(name, missing, least, Integer.MAX_VALUE);
    }

    /** A number within bounds. */
    public int number(String name, int missing, int least, int most) {
        Optional<String> value = values.apply(name);
        if (value.isEmpty()) {
            return missing;
        }
        int number;
        try {
            number = Integer.parseInt(value.get().strip());
        } catch (NumberFormatException _) {
            throw new TableException(
                    complaint + "bad numerical configuration: " + prefix + name + " = " + value.get());
        }
        if (number < least) {
            throw new TableException(
                    complaint + "invalid " + prefix + name + " parameter value " + number + " < " + least);
        }
        if (number > most) {
            throw new TableException(
                    complaint + "invalid " + prefix + name + " parameter value " + number + " > " + most);
        }
        return number;
    }

    /** {@code yes} or {@code no}. */
    public boolean flag(String name, boolean missing) {
        Optional<String> value = values.apply(name);
        if (value.isEmpty()) {
            return missing;
        }
        return switch (value.get().toLowerCase(Locale.ROOT)) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw new TableException(
                    complaint + "bad boolean configuration: " + prefix + name + " = " + value.get());
        };
    }

    /** A complaint about something else that these settings lead to. */
    public TableException problem(String text) {
        return new TableException(complaint + text);
    }

    /** A complaint about one value. */
    public TableException unsupported(String name, String value) {
        return new TableException(complaint + "unsupported parameter value: " + prefix + name + " = " + value);
    }
}
