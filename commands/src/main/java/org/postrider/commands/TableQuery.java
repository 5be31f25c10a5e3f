package org.postrider.commands;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.AccountDatabase;
import org.postrider.common.lookup.Complaints;
import org.postrider.common.lookup.KeyBlock;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.TableServices;
import org.postrider.common.lookup.TableSettings;
import org.postrider.common.lookup.TableSource;
import org.postrider.common.lookup.Tables;
import org.postrider.common.lookup.UpdatableTable;
import org.postrider.common.mail.MimeSink;
import org.postrider.common.mail.MimeState;

/** Asks tables, and lists them. The first of several tables that has a key answers. */
final class TableQuery {
    private static final int MOST_THREADS = 4;

    private final TableCommand.Manner manner;
    private final TableChoices choices;
    private final Parameters parameters;
    private final TableServices services;
    private final Console console;

    TableQuery(TableCommand.Manner manner, TableChoices choices, Parameters parameters, TableServices services,
            Console console) {
        this.manner = manner;
        this.choices = choices;
        this.parameters = parameters;
        this.services = services;
        this.console = console;
    }

    /** One key; true when it was found, and printed. */
    boolean ask(List<String> titles, String key) throws IOException {
        for (String title : titles) {
            String value = value(tables(title).openOrFail(title, manner.form()), key, !TableSource.isUtf8(key));
            if (value != null) {
                console.out().print((choices.json ? Json.object(key, value) : value) + "\n");
                return true;
            }
        }
        return false;
    }

    /** The keys that standard input has; true when one was found. */
    boolean askAll(List<String> titles) throws IOException {
        List<LookupTable> opened = new ArrayList<>();
        for (String title : titles) {
            opened.add(tables(title).openOrFail(title, manner.form()));
        }
        boolean message = choices.headers || choices.body;
        Asking asking = new Asking(opened, !message || choices.utf8Always);
        if (message) {
            MimeState walk = new MimeState(limits(), asking);
            ByteLines in = new ByteLines(console.in(), console.out());
            for (String line = in.next(); line != null; line = in.next()) {
                byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
                walk.line(bytes, 0, bytes.length, true);
            }
            walk.end();
            return asking.any;
        }
        ManyKeys keys = new ManyKeys(asking, console.out());
        return titles.stream().allMatch(TableQuery::isIndex)
                ? keys.askInBlocks(new LineBlocks(console.in(), manner.afterKey()),
                        Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()))
                : keys.askOneByOne(new ByteLines(console.in(), console.out()));
    }

    /** Others may mind who else asks: a server, or its administrator. */
    private static boolean isIndex(String title) {
        return List.of("lmdb", "hash", "btree", "cdb").contains(title.substring(0, title.indexOf(':')));
    }

    private MimeState.Limits limits() {
        MimeState.Limits standard = MimeState.Limits.DEFAULT;
        return new MimeState.Limits(choices.mime, Integer.parseInt(parameters.string("header_size_limit")),
                standard.nesting(), standard.boundaryLength());
    }

    /** Asks for every key that comes by, from lines or from a message. */
    private final class Asking implements MimeSink, ManyKeys.Question {
        private final List<LookupTable> tables;
        private final boolean checked;
        private boolean any;

        Asking(List<LookupTable> tables, boolean checked) {
            this.tables = tables;
            this.checked = checked;
        }

        private void ask(String key) throws IOException {
            StringBuilder text = new StringBuilder();
            any |= ask(key, false, text);
            print(text);
        }

        /** One table is asked for what it has as it is printed. */
        @Override
        public void ask(KeyBlock block) {
            if (tables.size() == 1 && !choices.json && !choices.files) {
                tables.getFirst().find(block);
            }
        }

        @Override
        public boolean ask(String key, boolean ascii, StringBuilder text) throws IOException {
            boolean strange = checked && !ascii && !TableSource.isUtf8(key);
            for (LookupTable table : tables) {
                String value = value(table, key, strange);
                if (value != null) {
                    addLine(key, value, text);
                    return true;
                }
            }
            return false;
        }

        @Override
        public void header(Section section, String field) throws IOException {
            if (choices.headers) {
                ask(field);
            }
        }

        @Override
        public void headerEnd() {
            // Keys come one by one.
        }

        @Override
        public void body(byte[] bytes, int offset, int length, boolean complete, long position) throws IOException {
            if (choices.body) {
                ask(new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
            }
        }
    }

    /** Prints everything in a table. */
    void list(String title) throws IOException {
        tables(title).forEach(title, manner.form(),
                (key, value) -> print(key, choices.files ? FileValues.decoded(title, value) : value));
    }

    /** Takes keys out of a table that proxymap(8) changes; true when one was there. */
    boolean remove(String title, List<String> keys) throws IOException {
        UpdatableTable table = tables(title).openForUpdate(title);
        boolean any = false;
        for (String key : keys) {
            try {
                any |= table.remove(key);
            } catch (IOException e) {
                throw new IOException("table " + title + ": delete error: " + e.getMessage(), e);
            }
        }
        return any;
    }

    private void addLine(String key, String value, StringBuilder text) {
        if (choices.json) {
            text.append(Json.object(key, value)).append('\n');
        } else {
            text.append(key).append(manner.afterKey()).append('\t').append(value).append('\n');
        }
    }

    private void print(String key, String value) {
        StringBuilder text = new StringBuilder();
        addLine(key, value, text);
        print(text);
    }

    /** Past the stream's encoder, which costs as much as the lookup. */
    private void print(StringBuilder text) {
        byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        console.out().write(bytes, 0, bytes.length);
    }

    /** @param strange whether the key is not UTF-8, and should be */
    private @Nullable String value(LookupTable table, String key, boolean strange) throws IOException {
        if (strange && isUtf8Wanted()) {
            console.warn(table.title() + suffix(table.title()) + ": non-UTF-8 key \"" + key
                    + "\": malformed UTF-8 or invalid codepoint");
            return null;
        }
        return switch (table.find(key)) {
            case LookupResult.Found(String value) -> shown(table.title(), key, value);
            case LookupResult.NotFound() -> null;
            case LookupResult.Unavailable(String reason) ->
                throw new IOException("table " + table.title() + ": query error: " + reason);
        };
    }

    private String shown(String title, String key, String value) {
        if (value.isEmpty()) {
            console.warn("table " + title + ": key " + key + ": empty string result is not allowed");
            console.warn("table " + title + " should return NO RESULT in case of NOT FOUND");
        }
        return choices.files ? FileValues.decoded(title, value) : value;
    }

    private boolean isUtf8Wanted() {
        return choices.utf8 && parameters.string("smtputf8_enable").equals("yes");
    }

    private static String suffix(String title) {
        return switch (title.substring(0, title.indexOf(':'))) {
            case "hash", "btree" -> ".db";
            case "cdb" -> ".cdb";
            default -> "";
        };
    }

    /** Warnings about lines of a source that is compiled are for when it is compiled. */
    private Tables tables(String title) {
        boolean compiled = title.startsWith("hash:") || title.startsWith("btree:");
        Complaints complaints = new Complaints() {
            @Override
            public void note(String text) {
                console.err().print(console.command() + ": " + text + "\n");
            }

            @Override
            public void warn(String text) {
                if (!compiled || text.startsWith("database ")) {
                    console.warn(text);
                }
            }

            @Override
            public void error(String text) {
                console.warn(text);
            }
        };
        return new Tables(new TableSettings(Path.of(""), InstantSource.system(), RandomGenerator.getDefault(),
                console.environment(), AccountDatabase.ofFiles(), true, choices.fold, complaints,
                services));
    }
}
