package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;

/** Keys and values read from a text source; the first of two equal keys stays, as postmap has it. */
final class HashContents implements TableContents {
    private final CompactMap values;
    private final boolean fold;

    private HashContents(CompactMap values, boolean fold) {
        this.values = values.finished();
        this.fold = fold;
    }

    static HashContents read(Path file, TableSource.Form form, TableSettings settings) throws IOException {
        CompactMap values = new CompactMap();
        new TableSource(file.toString(), form, settings.foldKeys(), settings.complaints()::warn)
                .read(settings.services().files(), file, entry -> add(entry, values, file.toString(), settings));
        return new HashContents(values, settings.foldKeys());
    }

    /** The same for a source that has an index, or should have: one that is too large for this process is refused. */
    static HashContents readSmall(Path file, TableSource.Form form, TableSettings settings) throws IOException {
        if (settings.services().files().size(file) > IndexedTable.LARGEST_SOURCE) {
            throw new IOException("source file " + file + " is too large to be used in place of its index");
        }
        return read(file, form, settings);
    }

    static HashContents of(Collection<TableSource.Entry> entries, String title, TableSettings settings) {
        CompactMap values = new CompactMap();
        entries.forEach(entry -> add(entry, values, title, settings));
        return new HashContents(values, settings.foldKeys());
    }

    private static void add(TableSource.Entry entry, CompactMap values, String title, TableSettings settings) {
        if (!values.put(entry.key(), entry.value())) {
            settings.complaints().warn(duplicate(entry, title));
        }
    }

    /** What is said of a key that is there already. */
    static String duplicate(TableSource.Entry entry, String title) {
        return title + ", line " + entry.line() + ": duplicate entry: \"" + entry.key() + '"';
    }

    @Override
    public LookupResult find(String key) {
        String value = values.get(fold ? KeyFolding.fold(key) : key);
        return value == null ? LookupResult.NOT_FOUND : new LookupResult.Found(value);
    }
}
