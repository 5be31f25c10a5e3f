package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The text from which tables are made: {@code key value} lines for postmap(1), {@code name: value} lines for postalias(1)
 * (aliases(5)). Problems are warnings and the line is left out; the texts are those of the two commands.
 */
public final class TableSource {
    /** Which form. */
    public enum Form {
        /** {@code key value}. */
        MAP,
        /** {@code name: value}. */
        ALIASES,
        /** For alias_maps, from a text that postalias or postmap would have taken: {@code name: value}, else {@code key value}. */
        ALIASES_OR_MAP,
        /** For alias_maps, from a text that nobody compiles: {@code key value}; a colon after the key goes. */
        MAP_OR_ALIASES
    }

    /**
     * One entry.
     *
     * @param line where its line begins, from 1
     * @param key folded when asked for
     */
    public record Entry(int line, String key, String value) {}

    private final String title;
    private final Form form;
    private final boolean fold;
    private final Consumer<String> warnings;

    /**
     * @param title the file name for warnings
     * @param fold keys in lower case
     */
    public TableSource(String title, Form form, boolean fold, Consumer<String> warnings) {
        this.title = title;
        this.form = form;
        this.fold = fold;
        this.warnings = warnings;
    }

    /** All entries in their order, double keys included. */
    public List<Entry> read(Path file) throws IOException {
        List<Entry> entries = new ArrayList<>();
        read(file, entries::add);
        return entries;
    }

    /** Hands on all entries in their order, double keys included. */
    public void read(Path file, Consumer<Entry> entries) throws IOException {
        try (LogicalLines lines = LogicalLines.open(file)) {
            LogicalLines.Line line;
            while ((line = lines.next()) != null) {
                if (line.text().charAt(0) == ' ' || line.text().charAt(0) == '\t') {
                    warn(line, "logical line must not start with whitespace");
                } else if (isAlias(line.text())) {
                    addAlias(line, entries);
                } else {
                    addMap(line, entries);
                }
            }
        }
    }

    /** Which of the two forms this line is in. */
    private boolean isAlias(String text) {
        return switch (form) {
            case MAP -> false;
            case ALIASES -> true;
            case ALIASES_OR_MAP -> cut(text, true).rest.stripLeading().startsWith(":");
            case MAP_OR_ALIASES -> cut(text, false).key.endsWith(":");
        };
    }

    private void addMap(LogicalLines.Line line, Consumer<Entry> entries) {
        Cut cut = cut(line.text(), false);
        String value = cut.rest.strip();
        if (cut.key.isEmpty() || value.isEmpty()) {
            warn(line, "expected format: key whitespace value -- ignoring this line");
            return;
        }
        if (!cut.quoted && cut.key.endsWith(":")) {
            warn(line, "record is in \"key: value\" format; is this an alias file?");
        }
        entries.accept(new Entry(line.number(), folded(cut.key), value));
    }

    private void addAlias(LogicalLines.Line line, Consumer<Entry> entries) {
        Cut cut = cut(line.text(), true);
        String rest = cut.rest.stripLeading();
        if (cut.key.isEmpty() || !rest.startsWith(":")) {
            warn(line, "need name:value pair");
            return;
        }
        if (!cut.quoted && cut.key.indexOf('@') >= 0) {
            warn(line, "name must be local");
            return;
        }
        String value = rest.substring(1).strip();
        if (value.isEmpty()) {
            warn(line, "need name:value pair");
            return;
        }
        entries.accept(new Entry(line.number(), folded(cut.key), value));
    }

    private String folded(String key) {
        return fold ? KeyFolding.fold(key) : key;
    }

    private void warn(LogicalLines.Line line, String problem) {
        warnings.accept(title + ", line " + line.number() + ": " + problem);
    }

    private record Cut(String key, String rest, boolean quoted) {}

    /** Takes the key off: up to white space (or a colon), or what stands in double quotes. */
    private static Cut cut(String text, boolean colonEnds) {
        if (text.charAt(0) == '"') {
            StringBuilder key = new StringBuilder();
            for (int i = 1; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '"') {
                    return new Cut(key.toString(), text.substring(i + 1), true);
                }
                if (c == '\\' && i + 1 < text.length()) {
                    c = text.charAt(++i);
                }
                key.append(c);
            }
            return new Cut("", text, true);
        }
        int end = 0;
        while (end < text.length() && !isSpace(text.charAt(end)) && !(colonEnds && text.charAt(end) == ':')) {
            end++;
        }
        return new Cut(text.substring(0, end), text.substring(end), false);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
    }
}
