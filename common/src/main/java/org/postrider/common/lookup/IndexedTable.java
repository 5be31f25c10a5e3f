package org.postrider.common.lookup;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A table of type hash or btree, with up to three files (see {@link IndexChoice}); which one answers is looked at once a second at
 * most. A source that was changed after its index answers at once, and one warning says so. So it does for an index that is being
 * rewritten in place, or damaged: a table is unavailable only when none of its files can be read. A source too large for this
 * process's memory does not take the place of an index, however old.
 */
final class IndexedTable implements LookupTable {
    /** Milliseconds since the last write. */
    private static final long AT_REST = 500;
    /** A source is held in memory, at times twice; a daemon has other things to keep there. */
    static final long LARGEST_SOURCE = Runtime.getRuntime().maxMemory() / 8;

    private final String title;
    private final Path source;
    private final Files files;
    private final TableSettings settings;
    private final AtomicReference<@Nullable State> state = new AtomicReference<>();

    /** The table as each of its files would have it. */
    record Files(FileTable lmdb, FileTable berkeley, FileTable text) {}

    private record State(long looked, IndexChoice choice) {}

    IndexedTable(String title, Path source, Files files, TableSettings settings) {
        this.title = title;
        this.source = source;
        this.files = files;
        this.settings = settings;
    }

    /** Opens what answers now; the problem, which is for the caller to tell, or empty when there is none. */
    String open() {
        return table(current()).open();
    }

    @Override
    public LookupResult find(String key) {
        FileTable table = table(current());
        LookupResult answer = table.find(key);
        if (table != files.text && answer instanceof LookupResult.Unavailable && isSmall()) {
            LookupResult instead = files.text.find(key);
            return instead instanceof LookupResult.Unavailable ? answer : instead;
        }
        return answer;
    }

    @Override
    public void find(KeyBlock block) {
        table(current()).find(block);
    }

    @Override
    public String title() {
        return title;
    }

    private FileTable table(IndexChoice choice) {
        return switch (choice.kind()) {
            case LMDB -> files.lmdb;
            case BERKELEY -> files.berkeley;
            // The table of the text says in its complaints that the index is missing.
            case SOURCE, NONE -> files.text;
        };
    }

    private IndexChoice current() {
        long now = settings.clock().millis();
        State known = state.get();
        if (known != null && now - known.looked < FileTable.BETWEEN_LOOKS && now >= known.looked) {
            return known.choice;
        }
        IndexChoice choice = IndexChoice.of(settings.services().files(), source);
        Path stale = choice.stale();
        if (stale != null && (!isSmall() || isBeingWritten(now))) {
            choice = new IndexChoice(
                    stale.equals(IndexChoice.lmdb(source)) ? IndexChoice.Kind.LMDB : IndexChoice.Kind.BERKELEY, stale,
                    stale);
        }
        boolean told = known != null && known.choice.stale() != null;
        if (state.compareAndSet(known, new State(now, choice)) && stale != null && !told) {
            settings.complaints().warn("database " + stale + " is older than source file " + source);
        }
        return choice;
    }

    /** Half of a source is worse than all of an old index. */
    private boolean isBeingWritten(long now) {
        long age = settings.services().files().modified(source).map(time -> now - time.toMillis()).orElse(AT_REST);
        return age >= 0 && age < AT_REST;
    }

    private boolean isSmall() {
        return settings.services().files().size(source) <= LARGEST_SOURCE;
    }
}
