package org.postrider.common.lookup;

import java.util.List;
import java.util.Optional;

/** Several tables asked in order, as a {@code _maps} parameter names them: the first that has the key answers; a broken one ends the search. */
public final class TableList {
    private final List<LookupTable> tables;

    /** What the first table said that has the key or is broken. */
    public record Answer(LookupTable table, LookupResult result) {}

    public TableList(List<LookupTable> tables) {
        this.tables = List.copyOf(tables);
    }

    public boolean isEmpty() {
        return tables.isEmpty();
    }

    public List<LookupTable> tables() {
        return tables;
    }

    /** Asks every table with this key. */
    public LookupResult find(String key) {
        return find(key, false);
    }

    /** Asks with a key that is only a part of an address or name: tables of patterns are left out. */
    public LookupResult findPart(String key) {
        return find(key, true);
    }

    private LookupResult find(String key, boolean part) {
        Optional<Answer> answer = answer(key, part);
        if (answer.isPresent() && answer.get().result instanceof LookupResult.Found(String value) && value.isEmpty()) {
            // Nobody knows what an empty result would mean: it is a mistake in the table, not an answer.
            return new LookupResult.Unavailable(answer.get().table.title() + " lookup of " + key
                    + " returns an empty string result; it should return NO RESULT in case of NOT FOUND");
        }
        return answer.isPresent() ? answer.get().result : LookupResult.NOT_FOUND;
    }

    /** Asks every table with this key, for somebody who must know which of them answered. */
    public Optional<Answer> answer(String key) {
        return answer(key, false);
    }

    private Optional<Answer> answer(String key, boolean part) {
        for (LookupTable table : tables) {
            if (part && table.wantsWholeKey()) {
                continue;
            }
            LookupResult result = table.find(key);
            if (!(result instanceof LookupResult.NotFound)) {
                return Optional.of(new Answer(table, result));
            }
        }
        return Optional.empty();
    }
}
