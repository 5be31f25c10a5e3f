package org.postrider.commands;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.MainCf;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.AccountDatabase;
import org.postrider.common.lookup.Complaints;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.TableSettings;
import org.postrider.common.lookup.TableSource;
import org.postrider.common.lookup.Tables;

/** What postmap(1) and postalias(1) have in common: ask tables, list them, make them. The exit status is 0 or 1. */
final class TableCommand {
    /** What differs between the two. */
    record Manner(TableSource.Form form, String letters, String usage, String afterKey) {}

    /** Where lookup keys on standard input come from. */
    private enum Keys {
        LINES, HEADERS, BODY
    }

    private final Manner manner;
    private final Console console;
    private final TableBuild.Choices choices = new TableBuild.Choices();
    private @Nullable String configuration;
    private @Nullable String query;
    private @Nullable String delete;
    private boolean list;
    private boolean incremental;
    private boolean base64;
    private Keys keys = Keys.LINES;

    private TableCommand(Manner manner, Console console) {
        this.manner = manner;
        this.console = console;
    }

    static int run(List<String> arguments, Manner manner, Console console) {
        try {
            return new TableCommand(manner, console).run(arguments);
        } catch (ConfigurationException | IOException e) {
            return console.fatal(e);
        } finally {
            console.out().flush();
        }
    }

    private int run(List<String> arguments) throws IOException {
        List<String> names;
        try {
            Options options = Options.parse(manner.letters, arguments);
            options.given().forEach(this::take);
            names = options.operands();
        } catch (UsageException e) {
            console.err().print(console.command() + ": " + e.getMessage() + "\n");
            return console.fatal(manner.usage);
        }
        if ((query == null ? 0 : 1) + (delete == null ? 0 : 1) + (list ? 1 : 0) > 1) {
            return console.fatal("specify only one of -s -q or -d");
        }
        if (names.isEmpty()) {
            return console.fatal(manner.usage);
        }
        List<String> titles = names.stream().map(this::typed).toList();
        if (query != null) {
            return query.equals("-") ? askAll(titles) : ask(titles, query);
        }
        if (delete != null || incremental) {
            return console.fatal(titles.getFirst() + " map requires O_RDONLY access mode");
        }
        for (String title : titles) {
            if (list) {
                list(title);
            } else {
                new TableBuild(manner.form, choices, console).make(title);
            }
        }
        return 0;
    }

    private void take(Options.Option option) {
        switch (option.letter()) {
            case 'c' -> configuration = option.value();
            case 'q' -> query = option.value();
            case 'd' -> delete = option.value();
            case 's' -> list = true;
            case 'i' -> incremental = true;
            case 'f' -> choices.fold = false;
            case 'F' -> {
                base64 = true;
                choices.files = true;
            }
            case 'r' -> choices.replace = true;
            case 'w' -> choices.quiet = true;
            case 'o' -> choices.keepPrivileges = true;
            case 'p' -> choices.standardMode = true;
            case 'h' -> keys = Keys.HEADERS;
            case 'b' -> keys = Keys.BODY;
            default -> {
                // -m -n -N -u -U -v and -j change nothing here.
            }
        }
    }

    /** {@code type:name}; a name alone is of default_database_type. */
    private String typed(String name) {
        int colon = name.indexOf(':');
        if (colon > 0 && name.lastIndexOf('/', colon) < 0) {
            return name;
        }
        Path directory = CommandParameters.directory(configuration, console.environment());
        Parameters parameters = Parameters.of(MainCf.read(directory.resolve("main.cf")).settings());
        return parameters.string("default_database_type") + ':' + name;
    }

    /** Warnings about a source that is compiled are for when it is compiled. */
    private LookupTable open(String title) {
        boolean compiled = title.startsWith("hash:") || title.startsWith("btree:");
        Complaints complaints = new Complaints() {
            @Override
            public void note(String text) {
                console.err().print(console.command() + ": " + text + "\n");
            }

            @Override
            public void warn(String text) {
                if (!compiled) {
                    console.warn(text);
                }
            }

            @Override
            public void error(String text) {
                console.warn(text);
            }
        };
        TableSettings settings = new TableSettings(Path.of(""), InstantSource.system(), RandomGenerator.getDefault(),
                console.environment(), AccountDatabase.ofFiles(), true, choices.fold, complaints,
                CommandTables.services(configuration, console.environment()));
        return new Tables(settings).openOrFail(title, manner.form);
    }

    private int ask(List<String> titles, String key) throws IOException {
        for (String title : titles) {
            String value = value(open(title), key);
            if (value != null) {
                console.out().print(value + "\n");
                return 0;
            }
        }
        return 1;
    }

    private @Nullable String value(LookupTable table, String key) throws IOException {
        return switch (table.find(key)) {
            case LookupResult.Found(String value) -> base64 ? decoded(table, value) : value;
            case LookupResult.NotFound() -> null;
            case LookupResult.Unavailable(String reason) ->
                throw new IOException("table " + table.title() + ": query error: " + reason);
        };
    }

    private static String decoded(LookupTable table, String value) throws IOException {
        try {
            return new String(Base64.getDecoder().decode(value), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException _) {
            throw new IOException("table " + table.title() + ": query error: malformed BASE64 value: " + value);
        }
    }

    private int askAll(List<String> titles) throws IOException {
        List<LookupTable> opened = titles.stream().map(this::open).toList();
        boolean any = false;
        BufferedReader in = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.ISO_8859_1));
        KeyReader reader = switch (keys) {
            case LINES -> in::readLine;
            case HEADERS -> new HeaderKeys(in);
            case BODY -> new BodyKeys(in);
        };
        for (String key = reader.next(); key != null; key = reader.next()) {
            any |= print(opened, key);
        }
        return any ? 0 : 1;
    }

    private boolean print(List<LookupTable> opened, String key) throws IOException {
        for (LookupTable table : opened) {
            String value = value(table, key);
            if (value != null) {
                console.out().print(key + manner.afterKey + "\t" + value + "\n");
                return true;
            }
        }
        return false;
    }

    private void list(String title) throws IOException {
        for (TableSource.Entry entry : TableBuild.entries(title, manner.form, choices.fold, console)) {
            console.out().print(entry.key() + manner.afterKey + "\t" + entry.value() + "\n");
        }
    }

    /** Gives keys one by one, null at the end. */
    private interface KeyReader {
        @Nullable
        String next() throws IOException;
    }

    /** The logical header lines of a message, up to the first line that is none. */
    private static final class HeaderKeys implements KeyReader {
        private final BufferedReader in;
        private @Nullable String ahead;

        HeaderKeys(BufferedReader in) throws IOException {
            this.in = in;
            this.ahead = in.readLine();
        }

        @Override
        public @Nullable String next() throws IOException {
            String first = ahead;
            if (first == null || !isHeader(first)) {
                return null;
            }
            StringBuilder header = new StringBuilder(first);
            ahead = in.readLine();
            while (ahead != null && !ahead.isEmpty() && (ahead.charAt(0) == ' ' || ahead.charAt(0) == '\t')) {
                header.append('\n').append(ahead);
                ahead = in.readLine();
            }
            return header.toString();
        }

        static boolean isHeader(String line) {
            int colon = line.indexOf(':');
            return colon > 0 && line.substring(0, colon).stripTrailing().chars().allMatch(c -> c > ' ' && c < 127);
        }
    }

    /** The lines after the header. */
    private static final class BodyKeys implements KeyReader {
        private final BufferedReader in;
        private boolean inBody;

        BodyKeys(BufferedReader in) {
            this.in = in;
        }

        @Override
        public @Nullable String next() throws IOException {
            String line = in.readLine();
            while (!inBody && line != null) {
                boolean continues = !line.isEmpty() && (line.charAt(0) == ' ' || line.charAt(0) == '\t');
                if (!continues && !HeaderKeys.isHeader(line)) {
                    inBody = true;
                    return line.isEmpty() ? in.readLine() : line;
                }
                line = in.readLine();
            }
            return line;
        }
    }

    /** The words of a value of -F: names of files. */
    static List<String> words(String value) {
        List<String> words = new ArrayList<>();
        for (String word : value.split("[,\\s]+", -1)) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }
}
