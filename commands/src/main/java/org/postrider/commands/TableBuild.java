package org.postrider.commands;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.CdbWriter;
import org.postrider.common.lookup.ExistingIndex;
import org.postrider.common.lookup.IndexChoice;
import org.postrider.common.lookup.IndexWriter;
import org.postrider.common.lookup.LmdbWriter;
import org.postrider.common.lookup.TableException;
import org.postrider.common.lookup.TableSource;
import org.postrider.common.lookup.Tables;
import org.postrider.common.posix.Identity;
import org.postrider.common.posix.PosixException;

/**
 * Makes a table from its text source, adds to it, takes keys out of it. {@code lmdb}, {@code hash} and {@code btree} are written as
 * LMDB files, {@code cdb} as cdb files. Root becomes the owner of the source first, so that nothing is written into another
 * user's directory with root's rights.
 */
final class TableBuild {
    private static final int READ_BY_OTHERS = 0044;
    private static final String COMPILED_COMPLAINT = ": expected format: key whitespace value -- ignoring this line";
    private static final String SOURCE_COMPLAINT = " -- ignoring this line";
    private static final Set<String> READ_ONLY_TYPES = Set.of("cidr", "environ", "inline", "internal", "ldap",
            "memcache", "mongodb", "mysql", "nis", "pcre", "pgsql", "pipemap", "randmap", "regexp", "socketmap",
            "sqlite", "static", "tcp", "texthash", "unionmap", "unix");

    private final TableSource.Form form;
    private final TableChoices choices;
    private final Parameters parameters;
    private final Console console;

    TableBuild(TableSource.Form form, TableChoices choices, Parameters parameters, Console console) {
        this.form = form;
        this.choices = choices;
        this.parameters = parameters;
        this.console = console;
    }

    /** A table by its name. */
    private record Named(String title, String type, Path source) {
        static Named of(String title) {
            int colon = title.indexOf(':');
            return new Named(title, title.substring(0, colon), Path.of(title.substring(colon + 1)));
        }

        boolean isHash() {
            return type.equals("hash") || type.equals("btree");
        }

        /** How a complaint about a double key calls the table. */
        String titleOfDuplicates() {
            return isHash() ? source + ".db" : type.equals("cdb") ? source.toString() : title;
        }
    }

    /** Makes the table anew. */
    void make(String title) throws IOException {
        Named table = Named.of(title);
        if (table.type.equals("proxy")) {
            throw new TableException("can't create maps via the proxy service");
        }
        try (Reader text = source(table.source)) {
            checkWritable(table);
            long length = Files.size(table.source);
            int mode = mode(table.source);
            become(table.source);
            try (IndexWriter writer = writer(table, mode, length)) {
                if (writer instanceof LmdbWriter lmdb) {
                    lmdb.clear(length);
                }
                fill(text, table.source.toString(), table, writer);
                writer.commit();
            }
        }
    }

    /** Adds what stands on standard input. */
    void add(String title) throws IOException {
        Named table = Named.of(title);
        checkWritable(table);
        if (table.type.equals("cdb")) {
            throw new TableException(CdbWriter.NOT_FOR_CHANGES);
        }
        becomeOwnerOf(table);
        try (LmdbWriter writer = existing(table)) {
            fill(new InputStreamReader(console.in(), StandardCharsets.ISO_8859_1), "stdin", table, writer);
            writer.commit();
        }
    }

    /** Removes these keys; true when one was there. */
    boolean remove(String title, Iterable<String> keys) throws IOException {
        int _ = Tables.endOfType(title);
        Named table = Named.of(title);
        checkRemovable(table);
        Path index = IndexChoice.lmdb(table.source);
        if (!Files.exists(index) && !(table.isHash() && Files.exists(IndexChoice.berkeley(table.source)))) {
            if (table.isHash()) {
                throw new TableException(
                        "open database " + IndexChoice.berkeley(table.source) + ": No such file or directory");
            }
            return false;
        }
        becomeOwnerOf(table);
        boolean any = false;
        try (LmdbWriter writer = existing(table)) {
            for (String key : keys) {
                any |= writer.remove(choices.fold ? TableSource.folded(key) : key);
            }
            writer.commit();
        }
        return any;
    }

    private static void checkRemovable(Named table) {
        switch (table.type) {
            case "hash", "btree", "lmdb" -> {
                // These can.
            }
            case "cdb" -> throw new TableException(CdbWriter.NOT_FOR_CHANGES);
            case "static" -> throw new TableException(
                    "table " + table.title + ": delete operation is not supported");
            case "fail" -> throw new TableException("table " + table.title + ": delete error: Application error");
            default -> throw new TableException(READ_ONLY_TYPES.contains(table.type)
                    ? table.title + " map requires O_RDONLY access mode"
                    : "unsupported dictionary type: " + table.type);
        }
    }

    private static void checkWritable(Named table) {
        switch (table.type) {
            case "hash", "btree", "lmdb", "cdb" -> {
                // These can.
            }
            case "fail" -> throw new TableException("table " + table.title + ": write error: Application error");
            default -> throw new TableException("unsupported dictionary type: " + table.type
                    + (READ_ONLY_TYPES.contains(table.type)
                            ? " does not support bulk-mode creation."
                            : ". Is the postfix-" + table.type + " package installed?"));
        }
    }

    private static Reader source(Path source) throws IOException {
        if (source.toString().isEmpty()) {
            throw new IOException("open : No such file or directory");
        }
        if (Files.isDirectory(source)) {
            throw new IOException("read " + source + ": Is a directory");
        }
        try {
            return new BufferedReader(
                    new InputStreamReader(Files.newInputStream(source), StandardCharsets.ISO_8859_1), 1 << 16);
        } catch (NoSuchFileException e) {
            throw new IOException("open " + source + ": No such file or directory", e);
        } catch (AccessDeniedException e) {
            throw new IOException("open " + source + ": Permission denied", e);
        }
    }

    private IndexWriter writer(Named table, int mode, long length) throws IOException {
        return table.type.equals("cdb") ? cdb(table, mode) : lmdb(table, mode, length);
    }

    private LmdbWriter lmdb(Named table, int mode, long length) throws IOException {
        Path index = IndexChoice.lmdb(table.source);
        try {
            return LmdbWriter.open(index, mode, LmdbWriter.room(index, length, leastRoom()),
                    choices.withEnd.orElse(true));
        } catch (IOException e) {
            throw new IOException("open database " + index + ": " + e.getMessage(), e);
        }
    }

    private CdbWriter cdb(Named table, int mode) throws IOException {
        Path index = Path.of(table.source + ".cdb");
        try {
            return CdbWriter.open(index, mode, choices.withEnd.orElse(false));
        } catch (IOException e) {
            throw new IOException("open database " + index + ".tmp: " + e.getMessage(), e);
        }
    }

    /** The index as it is, to be changed. */
    private LmdbWriter existing(Named table) throws IOException {
        Path index = IndexChoice.lmdb(table.source);
        try {
            return new ExistingIndex(table.source, table.isHash(), leastRoom()).open(
                    model -> Files.exists(model) ? mode(model) : ExistingIndex.STANDARD_MODE,
                    choices.withEnd.orElse(true));
        } catch (IOException e) {
            throw new IOException("open database " + index + ": " + e.getMessage(), e);
        }
    }

    private long leastRoom() {
        return parameters.longNumber("lmdb_map_size");
    }

    private void fill(Reader text, String title, Named table, IndexWriter writer) throws IOException {
        boolean utf8 = choices.utf8 && parameters.string("smtputf8_enable").equals("yes");
        SourceAhead.read((entries, warnings) -> {
            TableSource reader = new TableSource(title, form, choices.fold, warnings);
            (utf8 ? reader.inUtf8() : reader).read(text, entries);
        }, entry -> {
            String value = choices.files ? contents(title, entry) : entry.value();
            if (value.isEmpty()) {
                return;
            }
            if (!stored(writer, entry.key(), value, table) && !choices.quiet) {
                console.warn(table.titleOfDuplicates() + ": duplicate entry: \"" + entry.key() + '"');
            }
        }, this::warn);
    }

    private boolean stored(IndexWriter writer, String key, String value, Named table) throws IOException {
        try {
            return writer.put(key, value, choices.replace);
        } catch (IOException e) {
            throw new IOException("error updating " + table.title + ": " + e.getMessage(), e);
        }
    }

    private void warn(String text) {
        console.warn(text.endsWith(COMPILED_COMPLAINT)
                ? text.substring(0, text.length() - SOURCE_COMPLAINT.length())
                : text);
    }

    /** The files that a value names, in base 64; empty, after a warning, when one can't be read. */
    private String contents(String title, TableSource.Entry entry) {
        try {
            return Base64.getEncoder().encodeToString(FileValues.contents(entry.value()));
        } catch (IOException e) {
            console.warn(title + ", line " + entry.line() + ": " + e.getMessage() + ": skipping this entry");
            return "";
        }
    }

    private void becomeOwnerOf(Named table) throws IOException {
        for (Path file : new Path[]{IndexChoice.lmdb(table.source), IndexChoice.berkeley(table.source),
                table.source}) {
            if (Files.exists(file)) {
                become(file);
                return;
            }
        }
    }

    /** Root becomes this file's owner. */
    private void become(Path file) throws IOException {
        int owner = ((Number) Files.getAttribute(file, "unix:uid")).intValue();
        if (choices.keepPrivileges || owner == 0 || !System.getProperty("user.name", "").equals("root")) {
            return;
        }
        try {
            Identity.become(owner, ((Number) Files.getAttribute(file, "unix:gid")).intValue());
        } catch (PosixException e) {
            throw new IOException("set identity of the owner of " + file + ": " + e.getMessage(), e);
        }
    }

    /** The source's read permissions for group and others. */
    private int mode(Path source) throws IOException {
        int given = ((Number) Files.getAttribute(source, "unix:mode")).intValue();
        return choices.standardMode
                ? ExistingIndex.STANDARD_MODE
                : (ExistingIndex.STANDARD_MODE & ~READ_BY_OTHERS) | (given & READ_BY_OTHERS);
    }
}
