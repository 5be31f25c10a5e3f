package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
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
        Path lmdb = lmdb(source);
        Path berkeley = berkeley(source);
        FileTime written = time(lmdb);
        FileTime other = time(berkeley);
        FileTime edited = Files.isReadable(source) && !Files.isDirectory(source) ? time(source) : null;
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
    static boolean isOlder(Path index, Path source) {
        FileTime indexed = time(index);
        return indexed != null && newer(time(source), indexed);
    }

    private static boolean newer(@Nullable FileTime one, @Nullable FileTime other) {
        return one != null && (other == null || one.compareTo(other) > 0);
    }

    private static @Nullable FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException _) {
            return null;
        }
    }
}
