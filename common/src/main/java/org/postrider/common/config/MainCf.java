package org.postrider.common.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A main.cf file as written: {@code name = value} entries in order, nothing expanded, no defaults. See the top of postconf(5).
 *
 * @param entries every entry, also those that a later one overrides
 * @param warnings what the administrator should hear, as the text of warning log lines
 */
public record MainCf(List<Entry> entries, List<String> warnings) {

    /** One setting and the line it starts on. */
    public record Entry(String name, String value, int line) {}

    public MainCf {
        entries = List.copyOf(entries);
        warnings = List.copyOf(warnings);
    }

    /** Reads the file; a malformed line is an error that names file and line. */
    public static MainCf read(Path file) {
        return parse(WholeFile.read(file), file.toString());
    }

    /** The same; warnings are added here, too, also where an error follows. */
    public static MainCf read(Path file, List<String> warnings) {
        return parse(WholeFile.read(file), file.toString(), warnings);
    }

    /** Parses text; {@code title} stands for the file in messages. */
    public static MainCf parse(String content, String title) {
        return parse(content, title, new ArrayList<>());
    }

    private static MainCf parse(String content, String title, List<String> warnings) {
        List<Entry> entries = new ArrayList<>();
        Map<String, String> seen = new LinkedHashMap<>();
        for (LogicalLine line : LogicalLine.of(content, title, warnings)) {
            Entry entry = entry(line.text(), title + ", line " + line.number() + ": ", line.number());
            String earlier = seen.put(entry.name(), entry.value());
            if (earlier != null && !earlier.equals(entry.value())) {
                warnings.add(
                        title + ", line " + line.number() + ": overriding earlier entry: " + entry.name() + "="
                                + earlier);
            }
            entries.add(entry);
        }
        return new MainCf(entries, warnings);
    }

    /** The settings that count, the last one of each name. */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        for (Entry entry : entries) {
            settings.put(entry.name(), entry.value());
        }
        return settings;
    }

    /** Splits one {@code name = value}, as in main.cf and as an argument of {@code -o} and {@code postconf -e}. */
    public static Map.Entry<String, String> split(String text) {
        Entry entry = entry(text, "", 0);
        return Map.entry(entry.name(), entry.value());
    }

    private static Entry entry(String text, String where, int line) {
        int start = Braces.skipSpace(text, 0);
        int end = start;
        while (end < text.length() && text.charAt(end) != '=' && !Braces.isSpace(text.charAt(end))) {
            end++;
        }
        if (end == start) {
            throw new ConfigurationException(where + "missing attribute name: \"" + text + "\"");
        }
        int equals = Braces.skipSpace(text, end);
        if (equals == text.length() || text.charAt(equals) != '=') {
            throw new ConfigurationException(
                    where + "missing '=' after attribute name: \"" + text.substring(start) + "\"");
        }
        return new Entry(text.substring(start, end), Braces.strip(text.substring(equals + 1)), line);
    }
}
