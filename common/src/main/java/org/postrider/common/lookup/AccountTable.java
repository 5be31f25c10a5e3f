package org.postrider.common.lookup;

import java.io.IOException;
import java.util.Optional;

/** {@code unix:passwd.byname} and {@code unix:group.byname}: the line of passwd(5) or group(5). */
record AccountTable(String title, Question question, boolean foldKeys) implements LookupTable {
    /** One of the two questions. */
    interface Question {
        Optional<String> ask(String name) throws IOException;
    }

    @Override
    public LookupResult find(String key) {
        try {
            return question.ask(foldKeys ? KeyFolding.fold(key) : key).<LookupResult>map(LookupResult.Found::new)
                    .orElse(LookupResult.NOT_FOUND);
        } catch (IOException e) {
            return new LookupResult.Unavailable(title + ": " + FileTable.words(e));
        }
    }
}
