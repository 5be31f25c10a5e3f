package org.postrider.common.queue;

import java.io.IOException;
import org.postrider.common.posix.FileThreads;

/**
 * One fsync(2) per message, as Postfix does.
 *
 * <p>Finds a file with its final name, all records written, mode 0600. Acts: mode 0700, then fsync. A crash before the mode
 * leaves a file that is passed over. A crash between mode and fsync may leave a file that looks complete and is cut short (qmgr
 * moves it to corrupt) or one that is whole (it is delivered, and again when the client, which got no answer, sends it again).
 * After fsync the message stays. docs/adr/0010-commit-by-fsync.md has the reasons.
 */
public final class FsyncCommit implements QueueCommit {
    private final FileThreads threads;

    /** On the thread of who commits. */
    public FsyncCommit() {
        this(new FileThreads(Runnable::run));
    }

    /** On these threads: many files are synced at once, and who commits holds no carrier. */
    public FsyncCommit(FileThreads threads) {
        this.threads = threads;
    }

    @Override
    public void commit(NewQueueFile file) throws IOException {
        file.markReady();
        threads.call(() -> {
            file.force();
            return file;
        });
        file.close();
    }
}
