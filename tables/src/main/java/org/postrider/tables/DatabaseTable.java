package org.postrider.tables;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.postrider.common.lookup.Aside;
import org.postrider.common.lookup.Complaints;
import org.postrider.common.lookup.KeyFolding;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.MatchList;
import org.postrider.common.lookup.MatchOutcome;
import org.postrider.common.lookup.Tables;

/**
 * The frame of a lookup in any database: which keys are worth a query, on which thread it runs, and what its failure means. Text is
 * one char a byte outside and real text inside, in the database's encoding.
 */
public final class DatabaseTable implements LookupTable {
    /** Asks the database. */
    public interface Search {
        /**
         * What the table has for this key.
         *
         * @throws DatabaseException when the database can't answer now
         */
        LookupResult find(LookupKey key) throws DatabaseException;
    }

    private final String title;
    private final String source;
    private final Charset encoding;
    private final boolean foldKeys;
    private final MatchList domains;
    private final Complaints complaints;
    private final Aside aside = new Aside();
    private final Search search;

    private DatabaseTable(String title, DatabaseSettings settings, Charset encoding, Tables tables, Search search) {
        this.title = title;
        this.source = settings.source();
        this.encoding = encoding;
        this.foldKeys = tables.settings().foldKeys();
        this.domains = MatchList.strings(settings.text("domain", ""), tables);
        this.complaints = tables.settings().complaints();
        this.search = search;
    }

    /** A table whose texts are UTF-8. */
    public static DatabaseTable of(String title, DatabaseSettings settings, Tables tables, Search search) {
        return new DatabaseTable(title, settings, StandardCharsets.UTF_8, tables, search);
    }

    /** A table whose texts the client takes and gives in this encoding. */
    public static DatabaseTable of(String title, DatabaseSettings settings, Charset encoding, Tables tables,
            Search search) {
        return new DatabaseTable(title, settings, encoding, tables, search);
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public LookupResult find(String key) {
        if (key.isEmpty()) {
            complaints.warn("table \"" + title + "\": empty query string -- ignored");
            return LookupResult.NOT_FOUND;
        }
        String folded = foldKeys ? KeyFolding.fold(key) : key;
        Optional<String> text = decoded(folded);
        if (text.isEmpty() || folded.indexOf('\0') >= 0) {
            complaints.warn(title + ": non-" + encoding + " key \"" + printable(key)
                    + "\": malformed " + encoding + " or invalid codepoint");
            return LookupResult.NOT_FOUND;
        }
        LookupKey wanted = new LookupKey(text.get());
        return switch (eligible(wanted, folded)) {
            case MATCH -> ask(wanted);
            case NO_MATCH -> LookupResult.NOT_FOUND;
            case UNAVAILABLE -> new LookupResult.Unavailable(source + ": domain list is unavailable");
        };
    }

    private Optional<String> decoded(String bytes) {
        try {
            return Optional.of(encoding.newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1))).toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    private static String printable(String key) {
        StringBuilder text = new StringBuilder(key);
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                text.setCharAt(i, '?');
            }
        }
        return text.toString();
    }

    /** With a list of domains only complete addresses in one of them are looked up. */
    private MatchOutcome eligible(LookupKey key, String folded) {
        if (domains.isEmpty()) {
            return MatchOutcome.MATCH;
        }
        int at = folded.lastIndexOf('@');
        return at <= 0 || key.domain().isEmpty() ? MatchOutcome.NO_MATCH : domains.match(folded.substring(at + 1));
    }

    private LookupResult ask(LookupKey key) {
        try {
            return switch (aside.call(() -> search.find(key))) {
                case LookupResult.Found(String value) ->
                    new LookupResult.Found(new String(value.getBytes(encoding), StandardCharsets.ISO_8859_1));
                case LookupResult other -> other;
            };
        } catch (IOException e) {
            String problem = source + ": " + e.getMessage();
            complaints.warn(problem);
            return new LookupResult.Unavailable(problem);
        }
    }
}
