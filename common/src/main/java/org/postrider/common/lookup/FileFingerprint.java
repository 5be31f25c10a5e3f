package org.postrider.common.lookup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.postrider.common.posix.Inodes;

/**
 * Which version of a file this is: another file, size or time means another version. The time of the last change of the inode is among
 * them: it can't be set back, so a file that was exchanged with its old times preserved shows too.
 */
record FileFingerprint(Object device, Object inode, long size, FileTime modified, FileTime changed) {
    static FileFingerprint of(Path file) throws IOException {
        Map<String, Object> found = Files.readAttributes(file, "unix:dev,ino,size,lastModifiedTime,ctime");
        return new FileFingerprint(value(found, "dev"), value(found, "ino"), (Long) value(found, "size"),
                (FileTime) value(found, "lastModifiedTime"), (FileTime) value(found, "ctime"));
    }

    /** The same by a descriptor. */
    static FileFingerprint of(Inodes.Status status) {
        return new FileFingerprint(status.device(), status.inode(), status.size(), time(status.modifiedNanos()),
                time(status.changedNanos()));
    }

    private static FileTime time(long nanos) {
        return FileTime.from(nanos, TimeUnit.NANOSECONDS);
    }

    /** True when it is the same file, whatever was written to it. */
    boolean isSameFile(FileFingerprint other) {
        return device.equals(other.device) && inode.equals(other.inode);
    }

    private static Object value(Map<String, Object> found, String name) throws IOException {
        Object value = found.get(name);
        if (value == null) {
            throw new IOException("no attribute " + name);
        }
        return value;
    }

    /** True when it was written less than this many milliseconds ago: it may be written to this very moment. The future does not count. */
    boolean isYoung(long now, long age) {
        long written = modified.toMillis();
        return written <= now && now - written < age;
    }
}
