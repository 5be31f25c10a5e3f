package org.postrider.common.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Files with keys and certificates. Keys are for root's eyes: what is read here before privileges are dropped is kept, and answers for
 * a file that can't be read later. When such a file has changed since, this process can't know what is in it, and says that
 * another should take its place. Safe for many threads.
 */
public final class TlsFiles {
    /** How a file looked when it was read. */
    private record Look(long size, long modified, Object key) {
        static Optional<Look> at(Path path) {
            try {
                BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
                return Optional.of(new Look(found.size(), found.lastModifiedTime().toMillis(),
                        String.valueOf(found.fileKey())));
            } catch (IOException _) {
                return Optional.empty();
            }
        }
    }

    private static final class Kept {
        final byte[] content;
        final Optional<Look> look;

        Kept(byte[] content, Optional<Look> look) {
            this.content = content;
            this.look = look;
        }
    }

    private final Map<Path, Kept> kept = new ConcurrentHashMap<>();
    private volatile boolean outdated;

    /** Reads and keeps; a file that is missing is found missing again when it is needed. */
    public void keep(Path path) {
        try {
            Optional<Look> look = Look.at(path);
            kept.put(path, new Kept(Files.readAllBytes(path), look));
        } catch (IOException _) {
            kept.remove(path);
        }
    }

    /**
     * The content as it is now, or as it was when it could be read.
     *
     * @throws IOException when it can't be read and never could
     */
    public byte[] read(Path path) throws IOException {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            Kept before = kept.get(path);
            if (before == null) {
                throw e;
            }
            if (changed(path, before)) {
                outdated = true;
            }
            return before.content;
        }
    }

    /** True when the file is not what it was at this time any more; a file out of sight is not. */
    private static boolean changed(Path path, Kept before) {
        Optional<Look> now = Look.at(path);
        return now.isPresent() && !now.equals(before.look);
    }

    /** A text that differs when one of the files has changed. */
    public String look(Iterable<Path> paths) {
        StringBuilder text = new StringBuilder();
        for (Path path : paths) {
            text.append(Look.at(path)).append('\n');
        }
        return text.toString();
    }

    /** True when a file has changed that this process may not read: a new process, started by root, can. */
    public boolean isOutdated() {
        return outdated;
    }
}
