package org.postrider.tables;

import java.nio.file.Path;
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
 * TableException} in Postfix's words, with the line of the file.
 */
public final class DatabaseSettings {
    private static final int NO_LINE = 0;

    private final String source;
    /** Before every name, when they stand in main.cf; else empty. */
    private final String prefix;
    private final Function<String, Optional<Setting>> settings;

    /** @param line of the file, or {@link #NO_LINE} */
    private record Setting(String value, int line) {}

    private DatabaseSettings(String source, String prefix, Function<String, Optional<Setting>> settings) {
        this.source = source;
        this.prefix = prefix;
        this.settings = settings;
    }

    /**
     * Reads the settings of a table.
     *
     * @param name what follows the type: a file's name begins with a slash or a dot
     */
    public static DatabaseSettings read(String name, Tables tables) {
        try {
            if (ListText.isBraced(name)) {
                Map<String, Setting> given = inline(ListText.unbrace(name));
                return new DatabaseSettings(name, "", key -> Optional.ofNullable(given.get(key)));
            }
            if (name.startsWith("/") || name.startsWith(".")) {
                Map<String, Setting> written = written(tables.settings().directory().resolve(name));
                return new DatabaseSettings(name, "", key -> Optional.ofNullable(written.get(key)));
            }
            Parameters main = tables.settings().services().parameters().get();
            return new DatabaseSettings(name, name + "_",
                    key -> main.isSet(name + "_" + key)
                            ? Optional.of(new Setting(main.string(name + "_" + key), NO_LINE))
                            : Optional.empty());
        } catch (TableException e) {
            throw e;
        } catch (ConfigurationException e) {
            throw new TableException(String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, Setting> inline(String text) {
        Map<String, Setting> given = new LinkedHashMap<>();
        for (String item : ListText.split(text)) {
            Map.Entry<String, String> entry = MainCf.split(ListText.unbrace(item));
            given.put(entry.getKey(), new Setting(entry.getValue(), NO_LINE));
        }
        return given;
    }

    private static Map<String, Setting> written(Path file) {
        Map<String, Setting> written = new LinkedHashMap<>();
        for (MainCf.Entry entry : MainCf.read(file).entries()) {
            written.put(entry.name(), new Setting(entry.value(), entry.line()));
        }
        return written;
    }

    /** The file or name, for messages. */
    public String source() {
        return source;
    }

    /** The file or name, and the line of this setting where there is one; for messages about the setting. */
    public String place(String name) {
        int line = settings.apply(name).map(Setting::line).orElse(NO_LINE);
        return line == NO_LINE ? source : source + ", line " + line;
    }

    /** True when somebody made this setting, even to nothing. */
    public boolean isSet(String name) {
        return settings.apply(name).isPresent();
    }

    public String text(String name, String missing) {
        return value(name).orElse(missing);
    }

    private Optional<String> value(String name) {
        return settings.apply(name).map(Setting::value);
    }

    /** A text that must be there. */
    public String needed(String name) {
        String value = text(name, "");
        if (value.isEmpty()) {
            throw problem(name, "bad string length 0 < 1: " + prefix + name + " = ");
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
        Optional<String> value = value(name);
        if (value.isEmpty()) {
            return missing;
        }
        int number;
        try {
            number = Integer.parseInt(value.get().strip());
        } catch (NumberFormatException _) {
            throw problem(name, "bad numerical configuration: " + prefix + name + " = " + value.get());
        }
        if (number < least) {
            throw problem(name, "invalid " + prefix + name + " parameter value " + number + " < " + least);
        }
        if (number > most) {
            throw problem(name, "invalid " + prefix + name + " parameter value " + number + " > " + most);
        }
        return number;
    }

    /** {@code yes} or {@code no}. */
    public boolean flag(String name, boolean missing) {
        Optional<String> value = value(name);
        if (value.isEmpty()) {
            return missing;
        }
        return switch (value.get().toLowerCase(Locale.ROOT)) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw problem(name, "bad boolean configuration: " + prefix + name + " = " + value.get());
        };
    }

    /** A complaint about what this setting leads to; of a name in main.cf the text has to say it. */
    public TableException problem(String name, String text) {
        return new TableException(prefix.isEmpty() ? place(name) + ": " + text : text);
    }

    /** A complaint about one value. */
    public TableException unsupported(String name, String value) {
        return problem(name, "unsupported parameter value: " + prefix + name + " = " + value);
    }
}
