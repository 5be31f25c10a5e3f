package org.postrider.common.lookup;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A table that is read from one file and read again when the file has changed. The file is looked at once a second at most. A
 * file that can't be read makes the table unavailable, which is logged once; it is tried again when a second has passed.
 */
final class FileTable implements LookupTable {
    /** Milliseconds: telling the time must not cost as much as the lookup. */
    static final long BETWEEN_LOOKS = 1000;

    private final String title;
    private final Path file;
    private final String openWords;
    private final boolean wholeKey;
    private final TableContents.Loader loader;
    private final TableSettings settings;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile @Nullable State state;

    /** What is known since the last look: contents, or why there are none. */
    private record State(long looked, @Nullable FileFingerprint version, @Nullable TableContents contents,
            String problem) {}

    /**
     * @param openWords what stands before the file name when it can't be opened: {@code open database } or {@code open }
     * @param wholeKey see {@link #wantsWholeKey()}
     */
    FileTable(String title, Path file, String openWords, boolean wholeKey, TableContents.Loader loader,
            TableSettings settings) {
        this.title = title;
        this.file = file;
        this.openWords = openWords;
        this.wholeKey = wholeKey;
        this.loader = loader;
        this.settings = settings;
    }

    /** Reads the file for the first time; the problem, which is for the caller to tell, or empty when there is none. */
    String open() {
        return current().problem;
    }

    @Override
    public LookupResult find(String key) {
        State now = current();
        if (now.contents == null) {
            return new LookupResult.Unavailable(now.problem);
        }
        return now.contents.find(key);
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public boolean wantsWholeKey() {
        return wholeKey;
    }

    private State current() {
        long now = settings.clock().millis();
        State known = state;
        if (known != null && isFresh(known, now)) {
            return known;
        }
        if (known != null && known.contents != null && !loading.tryLock()) {
            return known;
        }
        if (!loading.isHeldByCurrentThread()) {
            loading.lock();
        }
        try {
            known = state;
            if (known == null || !isFresh(known, now)) {
                known = look(known, now);
                state = known;
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
        try {
            // Taken before reading: a change while reading shows at the next look.
            FileFingerprint version = FileFingerprint.of(file);
            if (known != null && known.contents != null && version.equals(known.version)) {
                return new State(now, version, known.contents, "");
            }
            return new State(now, version, loader.load(file), "");
        } catch (IOException e) {
            String problem = openWords + ": " + words(e);
            if (known != null && !known.problem.equals(problem)) {
                settings.complaints().error(problem);
            }
            return new State(now, null, null, problem);
        }
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
