package org.postrider.tables.sql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.postrider.tables.DatabaseSettings;

/**
 * The option file of MySQL's programs (my.cnf): group client, then the group of option_group. Only the file in option_file is read;
 * what the table's own settings say goes before it. {@code !include} is not followed.
 */
record OptionFile(Map<String, String> values) {
    static OptionFile read(DatabaseSettings settings) {
        String file = settings.text("option_file", "");
        Map<String, String> values = new HashMap<>();
        if (!file.isEmpty()) {
            try {
                String text = Files.readString(Path.of(file), StandardCharsets.UTF_8);
                collect(text, "client", values);
                collect(text, settings.text("option_group", "client"), values);
            } catch (NoSuchFileException _) {
                throw settings.problem("option_file", "open " + file + ": No such file or directory");
            } catch (IOException | InvalidPathException e) {
                throw settings.problem("option_file", "open " + file + ": " + e.getMessage());
            }
        }
        return new OptionFile(values);
    }

    private static void collect(String text, String group, Map<String, String> values) {
        boolean inside = false;
        for (String raw : text.split("\n", -1)) {
            String line = raw.strip();
            if (line.startsWith("[")) {
                inside = line.equals("[" + group + "]");
            } else if (inside && !line.isEmpty() && "#;!".indexOf(line.charAt(0)) < 0) {
                int equals = line.indexOf('=');
                String name = (equals < 0 ? line : line.substring(0, equals)).strip().replace('_', '-');
                values.put(name, equals < 0 ? "" : unquoted(line.substring(equals + 1).strip()));
            }
        }
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && value.charAt(value.length() - 1) == value.charAt(0);
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /** The option's value; empty when the file does not have it. */
    String value(String name) {
        return values.getOrDefault(name, "");
    }
}
