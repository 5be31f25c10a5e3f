package org.postrider.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.postrider.common.delivery.Rights;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.TableList;

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

    private final TableList tables;

    AliasMaps(List<LookupTable> tables) {
        this.tables = new TableList(tables);
    }

    /** @param name already in lower case */
    Answer find(String name) {
        return tables.answer(name).map(answer -> of(answer.table().title(), answer.result())).orElse(NONE);
    }

    private static Answer of(String table, LookupResult result) {
        return switch (result) {
            case LookupResult.Found(String value) -> new Answer.Alias(value, table, owner(table));
            case LookupResult.Unavailable(String reason) -> new Answer.Broken(table, reason);
            case LookupResult.NotFound _ -> NONE;
        };
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
