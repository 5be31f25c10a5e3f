package org.postrider.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.postrider.common.delivery.Rights;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;

/** The tables of alias_maps, asked in order. Safe for many threads. */
final class AliasMaps {
    /** What a name stands for. */
    sealed interface Answer {
        /**
         * An alias.
         *
         * @param table the table's title, for messages
         * @param rights of the owner of the table's file, for its commands and files; uid 0 for the system's own table
         */
        record Alias(String value, String table, Rights rights) implements Answer {}

        /** No such alias. */
        record None() implements Answer {}

        /** A table can't answer. */
        record Broken(String table, String reason) implements Answer {}
    }

    private static final Answer NONE = new Answer.None();
    private static final Rights ROOT = new Rights(0, 0, "root");

    private final List<LookupTable> tables;

    AliasMaps(List<LookupTable> tables) {
        this.tables = List.copyOf(tables);
    }

    /** @param name already in lower case */
    Answer find(String name) {
        for (LookupTable table : tables) {
            switch (table.find(name)) {
                case LookupResult.Found found -> {
                    return new Answer.Alias(found.value(), table.title(), owner(table.title()));
                }
                case LookupResult.Unavailable broken -> {
                    return new Answer.Broken(table.title(), broken.reason());
                }
                case LookupResult.NotFound _ -> {
                    // The next table may know it.
                }
            }
        }
        return NONE;
    }

    /** Whoever can write the table's file decides what its commands do, so they run with the file owner's rights. */
    private static Rights owner(String title) {
        String path = title.substring(title.indexOf(':') + 1);
        for (String suffix : List.of(".db", ".cdb", ".lmdb", "")) {
            try {
                Map<String, Object> facts = Files.readAttributes(Path.of(path + suffix), "unix:uid,gid");
                if (facts.get("uid") instanceof Integer uid && facts.get("gid") instanceof Integer gid) {
                    return new Rights(uid, gid, "owner of " + path + suffix);
                }
            } catch (IOException _) {
                // Not this file, or no file at all: a table without a file is the system's own.
            }
        }
        return ROOT;
    }
}
