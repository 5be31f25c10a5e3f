package org.postrider.pickup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/** What stat(2) says of a file in maildrop, symbolic links not followed. */
record FileStatus(int mode, int uid, int links, Instant modified) {
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int OWNER_EXECUTE = 0100;
    private static final int OTHERS_READ = 0044;

    static FileStatus of(Path file) throws IOException {
        Map<String, Object> status = Files.readAttributes(file, "unix:mode,uid,nlink,lastModifiedTime",
                LinkOption.NOFOLLOW_LINKS);
        if (status.get("mode") instanceof Integer mode && status.get("uid") instanceof Integer uid
                && status.get("nlink") instanceof Integer links
                && status.get("lastModifiedTime") instanceof FileTime modified) {
            return new FileStatus(mode, uid, links, modified.toInstant());
        }
        throw new IOException(file + ": no status");
    }

    boolean regular() {
        return (mode & TYPE) == REGULAR;
    }

    /** Whoever wrote it has finished. */
    boolean complete() {
        return (mode & OWNER_EXECUTE) != 0;
    }

    /** Readable by its owner only. */
    boolean hidden() {
        return (mode & OTHERS_READ) == 0;
    }
}
