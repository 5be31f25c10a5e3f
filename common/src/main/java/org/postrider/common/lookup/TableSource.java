package org.postrider.common.lookup;

import java.io.IOException;
import java.io.Reader;
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

    /** Takes entries. */
    public interface Sink {
        void entry(Entry entry) throws IOException;
    }

    private static final String IGNORED = " -- ignoring this line";
    private static final String NO_ENTRY = "expected format: key whitespace value" + IGNORED;
    private static final int LONGEST_EXCERPT = 100;

    private final String title;
    private final Form form;
    private final boolean fold;
    private final boolean utf8;
    private final Consumer<String> warnings;

    /**
     * @param title the file name for warnings
     * @param fold keys in lower case
     */
    public TableSource(String title, Form form, boolean fold, Consumer<String> warnings) {
        this(title, form, fold, false, warnings);
    }

    private TableSource(String title, Form form, boolean fold, boolean utf8, Consumer<String> warnings) {
        this.title = title;
        this.form = form;
        this.fold = fold;
        this.utf8 = utf8;
        this.warnings = warnings;
    }

    /** The same, but a line that is not valid UTF-8 is left out. */
    public TableSource inUtf8() {
        return new TableSource(title, form, fold, true, warnings);
    }

    /** All entries in their order, double keys included. */
    public List<Entry> read(Path file) throws IOException {
        List<Entry> entries = new ArrayList<>();
        read(file, entries::add);
        return entries;
    }

    /** Hands on all entries in their order, double keys included. */
    public void read(Path file, Sink entries) throws IOException {
        try (LogicalLines lines = LogicalLines.open(file)) {
            read(lines, entries);
        }
    }

    /** The same in a daemon. */
    void read(TableFiles files, Path file, Sink entries) throws IOException {
        try (LogicalLines lines = LogicalLines.open(files, file)) {
            read(lines, entries);
        }
    }

    /** The same from text that is open already, one char for a byte; the caller closes it. */
    @SuppressWarnings("resource") // The reader is the caller's.
    public void read(Reader text, Sink entries) throws IOException {
        read(new LogicalLines(text), entries);
    }

    private void read(LogicalLines lines, Sink entries) throws IOException {
        LogicalLines.Line whole;
        while ((whole = lines.next()) != null) {
            LogicalLines.Line line = upToNul(whole);
            if (line.text().isEmpty()) {
                warn(line, NO_ENTRY);
            } else if (utf8 && !isUtf8(line.text())) {
                warn(line, "non-UTF-8 input \"" + line.text() + "\"" + IGNORED);
            } else if (line.text().charAt(0) == ' ' || line.text().charAt(0) == '\t') {
                warnings.accept(
                        title + ": logical line must not start with whitespace: \"" + excerpt(line.text()) + '"');
            } else if (isAlias(line.text())) {
                addAlias(line, entries);
            } else {
                addMap(line, entries);
            }
        }
    }

    /** A NUL would end the text for a program in C; one at the end of a key would make it another's key. */
    private LogicalLines.Line upToNul(LogicalLines.Line line) {
        int nul = line.text().indexOf('\0');
        if (nul < 0) {
            return line;
        }
        warn(line, "NUL byte -- ignoring the rest of this line");
        return new LogicalLines.Line(line.number(), line.text().substring(0, nul));
    }

    private static String excerpt(String text) {
        return text.substring(0, Math.min(LONGEST_EXCERPT, text.length()));
    }

    /** A key as it stands in a table whose keys do not tell upper from lower case. */
    public static String folded(String key) {
        return KeyFolding.fold(key);
    }

    /** True when the bytes that the text stands for are valid UTF-8. */
    public static boolean isUtf8(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                return KeyFolding.isUtf8(text);
            }
        }
        return true;
    }

    /** Which of the two forms this line is in. */
    private boolean isAlias(String text) {
        return switch (form) {
            case MAP -> false;
            case ALIASES -> true;
            case ALIASES_OR_MAP -> startsWithName(text);
            case MAP_OR_ALIASES -> {
                int end = endOfKey(text);
                yield end > 0 && text.charAt(end - 1) == ':';
            }
        };
    }

    /** True for one word, or a text in quotes, and a colon. */
    private static boolean startsWithName(String text) {
        boolean quoted = false;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted && c == '\\') {
                at++;
            } else if (!quoted && c == ':') {
                return true;
            } else if (!quoted && isSpace(c)) {
                return text.substring(at).stripLeading().startsWith(":");
            }
        }
        return false;
    }

    private void addMap(LogicalLines.Line line, Sink entries) throws IOException {
        String text = line.text();
        int end = endOfKey(text);
        if (end < 0) {
            warn(line, "unbalanced '\"' in '" + excerpt(text) + "'" + IGNORED);
            return;
        }
        String value = text.substring(end).strip();
        if (end == 0 || value.isEmpty()) {
            warn(line, NO_ENTRY);
            return;
        }
        if (text.charAt(end - 1) == ':') {
            warn(line, "record is in \"key: value\" format; is this an alias file?");
        }
        entries.entry(new Entry(line.number(), asStored(text.substring(0, end)), value));
    }

    private void addAlias(LogicalLines.Line line, Sink entries) throws IOException {
        AliasLine alias = AliasLine.of(line.text());
        if (alias == null) {
            warn(line, "need name:value pair");
        } else if (!alias.isLocal()) {
            warn(line, "name must be local");
        } else {
            entries.entry(new Entry(line.number(), asStored(alias.name()), alias.value()));
        }
    }

    /**
     * Where the white space after the key begins, or the end of the text; -1 when a quote is not closed. White space in double
     * quotes, which stay part of the key, does not end it.
     */
    private static int endOfKey(String text) {
        boolean quoted = false;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted && c == '\\') {
                at++;
            } else if (!quoted && isSpace(c)) {
                return at;
            }
            at++;
        }
        return quoted ? -1 : text.length();
    }

    private String asStored(String key) {
        return fold ? folded(key) : key;
    }

    private void warn(LogicalLines.Line line, String problem) {
        warnings.accept(title + ", line " + line.number() + ": " + problem);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
    }
}
