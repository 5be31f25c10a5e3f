package org.postrider.common.lookup;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Which file answers for a table of type hash or btree: the newer one of the two indexes that may stand beside the source, or the
 * source itself where there is none or it has been changed since.
 *
 * @param stale the index that is older than the source, if any
 */
public record IndexChoice(Kind kind, Path file, @Nullable Path stale) {
    /** What the file is. */
    public enum Kind {
        /** {@code source.lmdb}, which our postmap writes. */
        LMDB,
        /** {@code source.db}, which Postfix's writes. */
        BERKELEY,
        /** The text. */
        SOURCE,
        /** Nothing is there; the file is the one that Postfix would miss. */
        NONE
    }

    /** Looks at the files as they are now. */
    public static IndexChoice of(Path source) {
        return of(new TableFiles(InstantSource.system()), source);
    }

    /** The same in a daemon. */
    static IndexChoice of(TableFiles files, Path source) {
        Path lmdb = lmdb(source);
        Path berkeley = berkeley(source);
        FileTime written = time(files, lmdb);
        FileTime other = time(files, berkeley);
        FileTime edited = files.isText(source) ? time(files, source) : null;
        Kind kind = newer(other, written) ? Kind.BERKELEY : Kind.LMDB;
        Path index = kind == Kind.LMDB ? lmdb : berkeley;
        FileTime indexed = kind == Kind.LMDB ? written : other;
        if (indexed == null) {
            return edited == null
                    ? new IndexChoice(Kind.NONE, berkeley, null)
                    : new IndexChoice(Kind.SOURCE, source, null);
        }
        return newer(edited, indexed)
                ? new IndexChoice(Kind.SOURCE, source, index)
                : new IndexChoice(kind, index, null);
    }

    /** The index that postmap writes for {@code hash:source}, {@code btree:source} and {@code lmdb:source}. */
    public static Path lmdb(Path source) {
        return Path.of(source + ".lmdb");
    }

    /** The index that Postfix's postmap writes for {@code hash:source} and {@code btree:source}. */
    public static Path berkeley(Path source) {
        return Path.of(source + ".db");
    }

    /** True when there are both and the source has been changed since. */
    static boolean isOlder(TableFiles files, Path index, Path source) {
        FileTime indexed = time(files, index);
        return indexed != null && newer(time(files, source), indexed);
    }

    private static boolean newer(@Nullable FileTime one, @Nullable FileTime other) {
        return one != null && (other == null || one.compareTo(other) > 0);
    }

    private static @Nullable FileTime time(TableFiles files, Path file) {
        return files.modified(file).orElse(null);
    }
}
