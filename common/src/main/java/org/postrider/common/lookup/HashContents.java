package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keys and values read from a text source; the first of two equal keys stays, as postmap has it. */
final class HashContents implements TableContents {
    private final Map<String, String> values;
    private final boolean fold;

    private HashContents(Map<String, String> values, boolean fold) {
        this.values = values;
        this.fold = fold;
    }

    static HashContents read(Path file, TableSource.Form form, TableSettings settings) throws IOException {
        TableSource source = new TableSource(file.toString(), form, settings.foldKeys(), settings.complaints()::warn);
        return of(source.read(file), file.toString(), settings);
    }

    static HashContents of(List<TableSource.Entry> entries, String title, TableSettings settings) {
        Map<String, String> values = HashMap.newHashMap(entries.size());
        for (TableSource.Entry entry : entries) {
            if (values.putIfAbsent(entry.key(), entry.value()) != null) {
                settings.complaints()
                        .warn(title + ", line " + entry.line() + ": duplicate entry: \"" + entry.key() + '"');
            }
        }
        return new HashContents(values, settings.foldKeys());
    }

    @Override
    public LookupResult find(String key) {
        String value = values.get(fold ? KeyFolding.fold(key) : key);
        return value == null ? LookupResult.NOT_FOUND : new LookupResult.Found(value);
    }
}
