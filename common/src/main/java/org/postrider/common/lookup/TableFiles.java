package org.postrider.common.lookup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postrider.common.posix.Errno;
import org.postrider.common.posix.PosixException;
import org.postrider.common.posix.SharedLock;

/**
 * How tables reach their files in a process that gives up root's rights, and perhaps its root directory, after its start
 * (docs/adr/0018). Before that, everything that its tables may need is opened and kept. Afterwards a path is tried first where
 * paths mean what they did; what was kept answers where that is forbidden, or where the root directory is another one. When a kept
 * file has changed in a way that can't be followed, this process {@linkplain #outdated should be replaced}.
 *
 * <p>One object for each process. Safe for many threads.
 */
public final class TableFiles {
    /** How long a process in which a table is missing goes on before a new one looks for it. */
    private static final Duration MISSING = Duration.ofSeconds(60);

    private enum View {
        /** Nothing was given up. */
        WHOLE,
        /** Another user. */
        FEWER_RIGHTS,
        /** Another root directory, and perhaps another user. */
        OTHER_ROOT
    }

    private final InstantSource clock;
    private final boolean lasting;
    private final Map<Path, KeptFile> kept = new ConcurrentHashMap<>();
    private final Map<String, LookupTable> tables = new ConcurrentHashMap<>();
    private volatile View view = View.WHOLE;
    private volatile long sealed = Long.MAX_VALUE;
    private volatile boolean reloaded;
    private volatile @Nullable Path missing;
    private volatile @Nullable Path forbidden;

    /** Of a process that lives on: what was mapped of an index is given back when it is not in use. */
    public TableFiles(InstantSource clock) {
        this(clock, true);
    }

    private TableFiles(InstantSource clock, boolean lasting) {
        this.clock = clock;
        this.lasting = lasting;
    }

    /** Of a command, which ends when it has its answers. */
    public static TableFiles ofCommand() {
        return new TableFiles(InstantSource.system(), false);
    }

    boolean areLasting() {
        return lasting;
    }

    /** Opens and keeps a file; one that is missing is found missing when it is asked for. */
    void keep(Path path) {
        if (!kept.containsKey(path)) {
            try {
                kept.put(path, KeptFile.open(path));
            } catch (IOException _) {
                // See above.
            }
        }
    }

    /** Keeps a table whose type knows by itself what it needs. */
    void keep(LookupTable table) {
        tables.put(table.title(), table);
    }

    /**
     * What this process has given up is given up now.
     *
     * @param otherRoot true when its root directory is another one
     */
    public void seal(boolean otherRoot) {
        view = otherRoot ? View.OTHER_ROOT : View.FEWER_RIGHTS;
        sealed = clock.millis();
        if (!otherRoot) {
            kept.entrySet().removeIf(entry -> isReadable(entry.getKey()) && closed(entry.getValue()));
        }
    }

    private static boolean isReadable(Path path) {
        try (FileChannel _ = FileChannel.open(path, StandardOpenOption.READ)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean closed(KeptFile file) {
        try {
            file.close();
        } catch (IOException _) {
            // It was open for reading.
        }
        return true;
    }

    /** The configuration has changed since the start: it may name tables that only a new process can open. */
    public void reloaded() {
        reloaded = true;
    }

    /** True when {@link #outdated} is to be asked about once a second. */
    public boolean isWatching() {
        return !kept.isEmpty() || missing != null || forbidden != null;
    }

    /** The file that a new process would see and this one does not. */
    public Optional<Path> outdated() {
        Path out = forbidden;
        Path lost = missing;
        if (out == null && lost != null && (reloaded || clock.millis() - sealed > MISSING.toMillis())) {
            out = lost;
        }
        if (out == null && view != View.WHOLE) {
            out = changed();
        }
        return Optional.ofNullable(out);
    }

    private @Nullable Path changed() {
        for (Iterator<Map.Entry<Path, KeptFile>> all = kept.entrySet().iterator(); all.hasNext();) {
            Map.Entry<Path, KeptFile> entry = all.next();
            try {
                if (entry.getValue().isOutdated(clock)) {
                    return entry.getKey();
                }
            } catch (IOException _) {
                return entry.getKey();
            }
        }
        return null;
    }

    /** The kept table of this title, which is the only one that can be had, or as good as a new one. */
    Optional<LookupTable> table(String title) {
        return view == View.WHOLE || (reloaded && view == View.FEWER_RIGHTS)
                ? Optional.empty()
                : Optional.ofNullable(tables.get(title));
    }

    /** The kept table of this title in place of one that can't be opened any more. */
    Optional<LookupTable> tableOfOld(String title) {
        LookupTable table = tables.get(title);
        if (table != null && view == View.FEWER_RIGHTS) {
            forbidden = Path.of(title);
        }
        return Optional.ofNullable(table);
    }

    /** How the file looks now. */
    FileFingerprint look(Path path) throws IOException {
        try {
            return quickLook(path);
        } catch (NoSuchFileException e) {
            throw missed(path, e);
        }
    }

    private FileFingerprint quickLook(Path path) throws IOException {
        KeptFile file = kept.get(path);
        if (file != null && view == View.OTHER_ROOT) {
            return file.look();
        }
        try {
            return FileFingerprint.of(path);
        } catch (AccessDeniedException e) {
            if (file == null) {
                throw e;
            }
            return file.look();
        }
    }

    /** When the file was modified last; empty when it is not there. */
    Optional<FileTime> modified(Path path) {
        try {
            return Optional.of(quickLook(path).modified());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** True for a file that can be read, and is no directory. */
    boolean isText(Path path) {
        return kept.containsKey(path) || (Files.isReadable(path) && !Files.isDirectory(path));
    }

    /** Its size in bytes; 0 when it is not there. */
    long size(Path path) {
        try {
            return quickLook(path).size();
        } catch (IOException _) {
            return 0;
        }
    }

    /** Opens for reading. */
    OpenedFile open(Path path) throws IOException {
        KeptFile file = kept.get(path);
        if (file != null && view == View.OTHER_ROOT) {
            return file.opened();
        }
        try {
            return new OpenedFile(FileChannel.open(path, StandardOpenOption.READ), true);
        } catch (AccessDeniedException e) {
            return instead(path, e).opened();
        } catch (NoSuchFileException e) {
            throw missed(path, e);
        }
    }

    /** All bytes of a file that is small. */
    byte[] bytes(Path path) throws IOException {
        try (InputStream in = open(path).stream()) {
            return in.readAllBytes();
        }
    }

    /** Opens the file for the lock of flock(2). */
    SharedLock lock(Path path) throws IOException {
        KeptFile file = kept.get(path);
        if (file != null && view == View.OTHER_ROOT) {
            return file.lock();
        }
        try {
            return SharedLock.open(path);
        } catch (PosixException e) {
            if (e.errno() != Errno.EACCES) {
                throw e;
            }
            return instead(path, e).lock();
        }
    }

    /** It may be there for a process that has the old root directory. */
    private NoSuchFileException missed(Path path, NoSuchFileException e) {
        if (view == View.OTHER_ROOT) {
            missing = path;
        }
        return e;
    }

    /** What was kept of a file that is forbidden now, while the path still leads there. */
    private <E extends IOException> KeptFile instead(Path path, E denied) throws E {
        KeptFile file = kept.get(path);
        if (view == View.FEWER_RIGHTS) {
            try {
                FileFingerprint now = quickLook(path);
                if (file != null && now.isSameFile(file.look())) {
                    return file;
                }
                // Root may read it, and either has not seen it or has seen another one.
                if (file != null || reloaded || now.changed().toMillis() >= sealed) {
                    forbidden = path;
                }
            } catch (IOException _) {
                // Nobody can tell, which is as before.
            }
        }
        throw denied;
    }
}
