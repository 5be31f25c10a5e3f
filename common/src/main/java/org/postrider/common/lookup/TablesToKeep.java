package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the value of a parameter names, opened ahead and kept in {@link TableFiles}: tables, tables inside of these, lists in files. */
final class TablesToKeep {
    private final Tables tables;
    private final TableServices services;

    TablesToKeep(Tables tables, TableServices services) {
        this.tables = tables;
        this.services = services;
    }

    /** @param depth how many tables and lists this value stands in */
    void keep(String value, boolean list, int depth) {
        if (depth > Tables.DEEPEST) {
            return;
        }
        for (String word : ListText.split(value)) {
            String item = word.substring(word.startsWith("!") ? 1 : 0);
            int colon = item.indexOf(':');
            if (ListText.isBraced(item)) {
                keep(ListText.unbrace(item), list, depth + 1);
            } else if (list && item.startsWith("/")) {
                keepList(Path.of(item), depth);
            } else if (colon > 0) {
                keepTable(item, item.substring(0, colon), item.substring(colon + 1), depth);
            }
        }
    }

    private void keepList(Path file, int depth) {
        TableFiles files = services.files();
        files.keep(file);
        try {
            for (String line : new String(files.bytes(file), StandardCharsets.ISO_8859_1).split("\n", -1)) {
                if (!line.stripLeading().startsWith("#")) {
                    keep(line, true, depth + 1);
                }
            }
        } catch (IOException _) {
            // The list itself will say so.
        }
    }

    private void keepTable(String title, String type, String name, int depth) {
        switch (type) {
            case "hash", "btree" -> List.of(name, name + ".lmdb", name + ".db").forEach(this::keepFile);
            case "lmdb", "cdb" -> keepFile(name + "." + type);
            case "texthash", "cidr", "regexp", "pcre" -> keepFile(name);
            case "debug" -> keep(name, false, depth + 1);
            case "unionmap", "pipemap" -> keep(ListText.unbrace(name), false, depth + 1);
            default -> {
                if (services.plugins().types().contains(type)) {
                    keepPlugin(title, type, name);
                }
            }
        }
    }

    /** A relative name leads below the queue directory, which is in sight afterwards, too. */
    private void keepFile(String name) {
        if (name.startsWith("/")) {
            services.files().keep(Path.of(name));
        }
    }

    /** A table whose settings stand in main.cf can be opened at any time, once its type is loaded. */
    private void keepPlugin(String title, String type, String name) {
        try {
            Optional<TableType> found = services.plugins().find(type);
            if (found.isPresent() && name.startsWith("/")) {
                services.files().keep(found.get().open(title, name, tables));
            }
        } catch (TableException _) {
            // It will be said when the table is opened in earnest.
        }
    }
}
