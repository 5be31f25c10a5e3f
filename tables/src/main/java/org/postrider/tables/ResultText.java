package org.postrider.tables;

import java.util.Optional;
import org.postrider.common.lookup.LookupResult;

/** Gathers the values of one lookup: each in the form that result_format gives it, with commas between them. */
public final class ResultText {
    /** More text than any use of a table can have is a mistake of the query or of the server. */
    private static final int LONGEST = 1 << 20;

    private final KeyTemplate format;
    private final LookupKey key;
    private final int limit;
    private final StringBuilder text = new StringBuilder();
    private int values;

    /**
     * Nothing yet.
     *
     * @param limit expansion_limit: most values; 0 for any number
     */
    public ResultText(KeyTemplate format, LookupKey key, int limit) {
        this.format = format;
        this.key = key;
        this.limit = limit;
    }

    /** Adds a value; an empty one, or one that the format can't use, is skipped. */
    public void add(String value) throws DatabaseException {
        Optional<String> formatted = format.format(value, key);
        if (formatted.isEmpty()) {
            return;
        }
        values++;
        if (limit > 0 && values > limit) {
            throw new DatabaseException("Expansion limit exceeded for key '" + key.text() + "'");
        }
        if (!text.isEmpty()) {
            text.append(',');
        }
        text.append(formatted.get());
        if (text.length() > LONGEST) {
            throw new DatabaseException("more than " + LONGEST + " bytes for key '" + key.text() + "'");
        }
    }

    public LookupResult result() {
        return text.isEmpty() ? LookupResult.NOT_FOUND : new LookupResult.Found(text.toString());
    }
}
