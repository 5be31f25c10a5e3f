package org.postrider.common.lookup;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A table that is read from one file and read again when the file has changed. The file is looked at ten times a second at most.
 *
 * <p>What is in force is exchanged only for something better. A file that is being written (written to within the last half second) is
 * read when it has come to rest. A file that is missing, unreadable or emptied keeps its previous contents for ten seconds, as many
 * programs write a file by first removing or emptying it; after that it is unavailable, which is logged once, or empty. File systems
 * keep times to a few milliseconds at best, some to two seconds: what was read when it was younger than that is compared once more,
 * byte by byte, when it is older.
 */
final class FileTable implements LookupTable {
    /** Milliseconds, as all times here: telling the time must not cost as much as the lookup. */
    static final long BETWEEN_LOOKS = 100;

    private static final long AT_REST = 500;
    private static final long PATIENCE = 10_000;
    private static final long COARSEST_TIME = 2000;
    private static final long NEVER = -1;

    private final String title;
    private final Source source;
    private final boolean wholeKey;
    private final Aside aside;
    private final TableSettings settings;
    private final TableFiles files;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile @Nullable State state;

    /**
     * What is known since the last look.
     *
     * @param version of the file that the contents were read from
     * @param sum of its bytes, while it must be compared once more; else 0
     * @param contents absent when there is a problem
     * @param troubleSince the file has been missing, unreadable or empty while these contents are kept; else {@link #NEVER}
     */
    private record State(long looked, @Nullable FileFingerprint version, long sum,
            @Nullable LiveContents contents, String problem, long troubleSince) {
        State stillGood(long now) {
            return new State(now, version, sum, contents, problem, NEVER);
        }

        State compared(long now) {
            return new State(now, version, 0, contents, problem, NEVER);
        }

        State troubled(long now) {
            return new State(now, version, sum, contents, problem, troubleSince == NEVER ? now : troubleSince);
        }

        boolean isPatient(long now) {
            return contents != null && (troubleSince == NEVER || now - troubleSince < PATIENCE);
        }
    }

    /** What a file holds, which decides how it is written. */
    enum Kind {
        /** Text, written by people and their programs. */
        TEXT,
        /** An index, written by postmap: replaced at once, or changed in place under a lock that its reader minds. */
        INDEX
    }

    /**
     * What stands behind a table.
     *
     * @param openWords what stands before the reason when it can't be opened
     * @param loader run aside
     */
    record Source(Path file, Kind kind, String openWords, TableContents.Loader loader) {}

    /** @param wholeKey see {@link #wantsWholeKey()} */
    FileTable(String title, Source source, boolean wholeKey, Aside aside, TableSettings settings) {
        this.title = title;
        this.source = source;
        this.wholeKey = wholeKey;
        this.aside = aside;
        this.settings = settings;
        this.files = settings.services().files();
    }

    /** Reads the file for the first time; the problem, which is for the caller to tell, or empty when there is none. */
    String open() {
        return current(settings.clock().millis()).problem;
    }

    @Override
    public LookupResult find(String key) {
        while (true) {
            long time = settings.clock().millis();
            State now = current(time);
            LiveContents contents = now.contents;
            if (contents == null) {
                return new LookupResult.Unavailable(now.problem);
            }
            if (contents.enter()) {
                try {
                    return contents.find(key, time);
                } finally {
                    contents.leave();
                }
            }
        }
    }

    @Override
    public void find(KeyBlock block) {
        LiveContents contents = current(settings.clock().millis()).contents;
        if (contents != null && contents.enter()) {
            try {
                contents.find(block);
            } finally {
                contents.leave();
            }
        }
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public boolean wantsWholeKey() {
        return wholeKey;
    }

    private State current(long now) {
        State known = state;
        if (known != null && isFresh(known, now)) {
            return known;
        }
        if (known != null && known.contents != null) {
            if (!loading.tryLock()) {
                return known;
            }
        } else {
            loading.lock();
        }
        try {
            known = state;
            if (known == null || !isFresh(known, now)) {
                State found = look(known, now);
                state = found;
                if (known != null && known.contents != null && known.contents != found.contents) {
                    known.contents.leave();
                }
                known = found;
            }
            return known;
        } finally {
            loading.unlock();
        }
    }

    private static boolean isFresh(State known, long now) {
        return now - known.looked < BETWEEN_LOOKS && now >= known.looked;
    }

    private State look(@Nullable State known, long now) {
        FileFingerprint version = null;
        try {
            // Taken before reading: a change while reading shows at the next look.
            version = files.look(source.file);
            Optional<State> kept = known == null || known.contents == null
                    ? Optional.empty()
                    : kept(known, version, now);
            return kept.isPresent() ? kept.get() : read(version, now);
        } catch (IOException e) {
            if (known != null && known.isPatient(now) && !isCut(version, known)) {
                return known.troubled(now);
            }
            String problem = source.openWords + ": " + words(e);
            if (known != null && !known.problem.equals(problem)) {
                settings.complaints().error(problem);
            }
            return new State(now, null, 0, null, problem, NEVER);
        }
    }

    /** Of an index that is there no more as a whole nothing is kept: where its pages end, what stood behind looks absent. */
    private boolean isCut(@Nullable FileFingerprint version, State known) {
        return source.kind == Kind.INDEX && version != null && known.version != null
                && version.isSameFile(known.version) && version.size() < known.version.size();
    }

    private State read(FileFingerprint version, long now) throws IOException {
        return aside.call(() -> readAside(version, now));
    }

    private State readAside(FileFingerprint version, long now) throws IOException {
        long sum = source.kind == Kind.TEXT && version.isYoung(now, COARSEST_TIME) ? sum(source.file) : 0;
        LiveContents contents = new LiveContents(source.loader.load(source.file),
                files.areLasting() ? Optional.of(aside::later) : Optional.empty());
        return new State(now, version, sum, contents, "", NEVER);
    }

    /** The contents that are in force stay, or nothing. */
    private Optional<State> kept(State known, FileFingerprint version, long now) throws IOException {
        if (version.equals(known.version)) {
            if (known.sum == 0 || version.isYoung(now, COARSEST_TIME)) {
                return Optional.of(known.stillGood(now));
            }
            return aside.call(() -> sum(source.file)) == known.sum
                    ? Optional.of(known.compared(now))
                    : Optional.empty();
        }
        if (source.kind == Kind.TEXT && version.isYoung(now, AT_REST)) {
            return Optional.of(known.stillGood(now));
        }
        boolean emptied = version.size() == 0 && known.version != null && known.version.size() > 0;
        return emptied && known.isPatient(now) ? Optional.of(known.troubled(now)) : Optional.empty();
    }

    /** A number that differs when the bytes do; never 0. */
    private long sum(Path file) throws IOException {
        CRC32C sum = new CRC32C();
        byte[] buffer = new byte[64 * 1024];
        try (InputStream in = files.open(file).stream()) {
            int length;
            while ((length = in.read(buffer)) > 0) {
                sum.update(buffer, 0, length);
            }
        }
        return sum.getValue() + 1;
    }

    /** The system's words for what went wrong with a file. */
    static String words(IOException e) {
        return switch (e) {
            case NoSuchFileException _,FileNotFoundException _ -> "No such file or directory";
            case AccessDeniedException _ -> "Permission denied";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
