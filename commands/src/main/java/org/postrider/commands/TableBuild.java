package org.postrider.commands;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postrider.common.lookup.CdbContents;
import org.postrider.common.lookup.CdbWriter;
import org.postrider.common.lookup.TableSource;
import org.postrider.common.posix.Identity;
import org.postrider.common.posix.PosixException;

/**
 * Makes a table from its text source. {@code cdb} is written; {@code hash} and {@code btree} are only checked, as they are answered
 * from the source; {@code fail} is nothing. Root becomes the owner of the source first, so that nothing is written into another
 * user's directory with root's rights.
 */
final class TableBuild {
    /** What the command line asks for. */
    static final class Choices {
        boolean fold = true;
        boolean files;
        boolean replace;
        boolean quiet;
        boolean keepPrivileges;
        boolean standardMode;
    }

    private static final String COMPILED_COMPLAINT = " -- ignoring this line";

    private final TableSource.Form form;
    private final Choices choices;
    private final Console console;

    TableBuild(TableSource.Form form, Choices choices, Console console) {
        this.form = form;
        this.choices = choices;
        this.console = console;
    }

    /** @param title {@code type:name} */
    void make(String title) throws IOException {
        int colon = title.indexOf(':');
        String type = title.substring(0, colon);
        Path source = Path.of(title.substring(colon + 1));
        if (Files.isDirectory(source)) {
            throw new IOException("read " + source + ": Is a directory");
        }
        if (!Files.isReadable(source)) {
            throw new IOException("open " + source + ": "
                    + (Files.exists(source) ? "Permission denied" : "No such file or directory"));
        }
        String suffix = switch (type) {
            case "hash", "btree" -> ".db";
            case "cdb" -> ".cdb";
            case "fail" -> "";
            default -> throw new IOException("unsupported dictionary type: " + type
                    + (isKnown(type) ? " does not support bulk-mode creation." : ""));
        };
        becomeOwner(source);
        Map<String, String> entries = entries(source, source + suffix);
        if (type.equals("cdb")) {
            Path target = Path.of(source + suffix);
            CdbWriter.write(target, entries, mode(source));
        }
    }

    private static boolean isKnown(String type) {
        return Set.of("cidr", "environ", "inline", "internal", "pcre", "pipemap", "proxy", "randmap", "regexp",
                "socketmap", "static", "tcp", "texthash", "unionmap", "unix").contains(type);
    }

    private Map<String, String> entries(Path source, String target) throws IOException {
        TableSource reader = new TableSource(source.toString(), form, choices.fold, this::warn);
        Map<String, String> entries = new LinkedHashMap<>();
        for (TableSource.Entry entry : read(reader, source)) {
            String value = choices.files ? contents(entry.value()) : entry.value();
            if (choices.replace) {
                entries.put(entry.key(), value);
            } else if (entries.putIfAbsent(entry.key(), value) != null && !choices.quiet) {
                console.warn(target + ": duplicate entry: \"" + entry.key() + '"');
            }
        }
        return entries;
    }

    private void warn(String text) {
        console.warn(text.endsWith(COMPILED_COMPLAINT)
                ? text.substring(0, text.length() - COMPILED_COMPLAINT.length())
                : text);
    }

    private static List<TableSource.Entry> read(TableSource reader, Path source) throws IOException {
        try {
            return reader.read(source);
        } catch (NoSuchFileException e) {
            throw new IOException("open " + source + ": No such file or directory", e);
        } catch (AccessDeniedException e) {
            throw new IOException("open " + source + ": Permission denied", e);
        }
    }

    /** The files that a value names, one after the other, in base 64. */
    private static String contents(String value) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String file : TableCommand.words(value)) {
            if (all.size() > 0) {
                all.write('\n');
            }
            try {
                all.write(Files.readAllBytes(Path.of(file)));
            } catch (NoSuchFileException e) {
                throw new IOException("open " + file + ": No such file or directory", e);
            }
        }
        return Base64.getEncoder().encodeToString(all.toByteArray());
    }

    private void becomeOwner(Path source) throws IOException {
        int owner = ((Number) Files.getAttribute(source, "unix:uid")).intValue();
        if (choices.keepPrivileges || owner == 0 || !System.getProperty("user.name", "").equals("root")) {
            return;
        }
        try {
            Identity.become(owner, ((Number) Files.getAttribute(source, "unix:gid")).intValue());
        } catch (PosixException e) {
            throw new IOException("set identity of the owner of " + source + ": " + e.getMessage(), e);
        }
    }

    /** The source's read permissions for group and others. */
    private Set<PosixFilePermission> mode(Path source) throws IOException {
        Set<PosixFilePermission> mode = EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
        if (!choices.standardMode) {
            Set<PosixFilePermission> given = Files.getPosixFilePermissions(source);
            mode.removeIf(permission -> permission != PosixFilePermission.OWNER_READ
                    && permission != PosixFilePermission.OWNER_WRITE && !given.contains(permission));
        }
        return mode;
    }

    /** Everything in a table, each key once; only tables that are files of keys and values can be listed. */
    static List<TableSource.Entry> entries(String title, TableSource.Form form, boolean fold, Console console)
            throws IOException {
        int colon = title.indexOf(':');
        String type = title.substring(0, colon);
        String name = title.substring(colon + 1);
        if (type.equals("cdb")) {
            List<TableSource.Entry> entries = new ArrayList<>();
            try {
                CdbContents.open(Path.of(name + ".cdb"), fold)
                        .forEach((key, value) -> entries.add(new TableSource.Entry(0, key, value)));
            } catch (NoSuchFileException e) {
                throw new IOException("open database " + name + ".cdb: No such file or directory", e);
            }
            return entries;
        }
        boolean source = type.equals("hash") || type.equals("btree");
        if (!source && !type.equals("texthash")) {
            throw new IOException(isKnown(type) || type.equals("fail")
                    ? "table " + title + ": sequence operation is not supported"
                    : "unsupported dictionary type: " + type);
        }
        Map<String, TableSource.Entry> entries = new LinkedHashMap<>();
        TableSource reader = new TableSource(name, source ? form : TableSource.Form.MAP, fold, console::warn);
        try {
            reader.read(Path.of(name)).forEach(entry -> entries.putIfAbsent(entry.key(), entry));
        } catch (NoSuchFileException e) {
            throw new IOException("open database " + name + (source ? ".db" : "") + ": No such file or directory", e);
        }
        return List.copyOf(entries.values());
    }
}
