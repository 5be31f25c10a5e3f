package org.postrider.tables.sql;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.postrider.tables.DatabaseSettings;

/** The encodings in which a table takes and gives text, by the databases' names for them. Between us and a server it is UTF-8. */
final class Encodings {
    private Encodings() {}

    static Charset mysql(DatabaseSettings settings, String name) {
        return switch (settings.text(name, "utf8mb4").toLowerCase(Locale.ROOT)) {
            case "utf8mb4", "utf8", "utf8mb3" -> StandardCharsets.UTF_8;
            case "latin1" -> Charset.forName("windows-1252");
            case String other -> known(settings, name, other);
        };
    }

    static Charset pgsql(DatabaseSettings settings, String name) {
        return switch (settings.text(name, "UTF8").toLowerCase(Locale.ROOT)) {
            case "utf8", "unicode" -> StandardCharsets.UTF_8;
            case "latin1" -> StandardCharsets.ISO_8859_1;
            case "latin9" -> Charset.forName("ISO-8859-15");
            case "sql_ascii" -> StandardCharsets.UTF_8;
            case String other -> known(settings, name, other.replaceFirst("^win(\\d+)$", "windows-$1"));
        };
    }

    private static Charset known(DatabaseSettings settings, String name, String text) {
        try {
            return Charset.forName(text);
        } catch (IllegalArgumentException _) {
            throw settings.unsupported(name, text);
        }
    }
}
