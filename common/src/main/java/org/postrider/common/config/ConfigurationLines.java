package org.postrider.common.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings with the lines on which their values stand, for those who tell an administrator where something is written. */
public final class ConfigurationLines {
    /** What one line of the file holds of a value. */
    public record Part(int line, String text) {}

    /**
     * One setting.
     *
     * @param line on which it begins, from 1
     * @param value as written, on one line
     * @param parts of the value, one for each line that has any
     */
    public record Setting(String name, int line, String value, List<Part> parts) {
        public Setting {
            parts = List.copyOf(parts);
        }
    }

    private ConfigurationLines() {}

    /** The settings of main.cf that count. */
    public static List<Setting> settings(Path file) {
        String content = WholeFile.read(file);
        List<String> lines = List.of(content.split("\n", -1));
        Map<String, Setting> settings = new LinkedHashMap<>();
        List<MainCf.Entry> entries = MainCf.parse(content, file.toString()).entries();
        for (int at = 0; at < entries.size(); at++) {
            MainCf.Entry entry = entries.get(at);
            int end = at + 1 < entries.size() ? entries.get(at + 1).line() - 1 : lines.size();
            List<Part> parts = parts(lines, entry.line(), end);
            String first = parts.getFirst().text();
            parts.set(0, new Part(entry.line(), first.substring(first.indexOf('=') + 1)));
            settings.put(entry.name(), new Setting(entry.name(), entry.line(), entry.value(), parts));
        }
        return List.copyOf(settings.values());
    }

    /**
     * The {@code -o} settings of one service of master.cf.
     *
     * @param service {@code name/type}
     */
    public static List<Setting> overrides(Path file, String service) {
        String content = WholeFile.read(file);
        List<String> lines = List.of(content.split("\n", -1));
        List<LogicalLine> services = LogicalLine.of(content, file.toString(), new ArrayList<>());
        List<Setting> settings = new ArrayList<>();
        for (int at = 0; at < services.size(); at++) {
            LogicalLine line = services.get(at);
            ServiceText text = ServiceText.parse(line.text(), file + ": line " + line.number() + ": ");
            if ((text.name() + "/" + text.type()).equals(service)) {
                int end = at + 1 < services.size() ? services.get(at + 1).number() - 1 : lines.size();
                settings = overrides(text.words(), parts(lines, line.number(), end));
            }
        }
        return settings;
    }

    private static List<Setting> overrides(List<String> words, List<Part> parts) {
        List<Setting> settings = new ArrayList<>();
        for (String word : words) {
            String setting = word.startsWith("-o") ? word.substring(2) : word;
            int equals = setting.indexOf('=');
            if (equals > 0) {
                String name = Braces.strip(setting.substring(0, equals));
                settings.add(new Setting(name, line(name, parts), Braces.strip(setting.substring(equals + 1)),
                        after(name, parts)));
            }
        }
        return settings;
    }

    private static int line(String name, List<Part> parts) {
        return after(name, parts).getFirst().line();
    }

    /** From the name of a setting on; of a name that is not found as it is, everything. */
    private static List<Part> after(String name, List<Part> parts) {
        for (int at = 0; at < parts.size(); at++) {
            Part part = parts.get(at);
            for (int found = part.text().indexOf(name); found >= 0; found = part.text().indexOf(name, found + 1)) {
                int equals = Braces.skipSpace(part.text(), found + name.length());
                if (equals < part.text().length() && part.text().charAt(equals) == '=') {
                    List<Part> rest = new ArrayList<>(
                            List.of(new Part(part.line(), part.text().substring(equals + 1))));
                    rest.addAll(parts.subList(at + 1, parts.size()));
                    return rest;
                }
            }
        }
        return parts;
    }

    private static List<Part> parts(List<String> lines, int first, int last) {
        List<Part> parts = new ArrayList<>();
        for (int number = first; number <= last; number++) {
            String line = lines.get(number - 1);
            int start = Braces.skipSpace(line, 0);
            if (start < line.length() && line.charAt(start) != '#') {
                parts.add(new Part(number, line));
            }
        }
        return parts;
    }
}
