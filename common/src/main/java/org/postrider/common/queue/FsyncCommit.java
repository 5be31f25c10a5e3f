package org.postrider.common.queue;

import java.io.IOException;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.GroupWork;
import org.postrider.common.posix.Inodes;
import org.postrider.common.posix.SharedSync;

/**
 * One fsync(2) per message, as Postfix does.
 *
 * <p>Finds a file with its final name, all records written, mode 0600. Acts: mode 0700, then fsync. A crash before the mode
 * leaves a file that is passed over. A crash between mode and fsync may leave a file that looks complete and is cut short (qmgr
 * moves it to corrupt) or one that is whole (it is delivered, and again when the client, which got no answer, sends it again).
 * After fsync the message stays. docs/adr/0010-commit-by-fsync.md has the reasons.
 */
public final class FsyncCommit implements QueueCommit {
    private final Syncing syncing;

    /** Brings a file to stable storage. */
    private interface Syncing {
        void sync(NewQueueFile file) throws IOException;
    }

    /** On the thread of who commits. */
    public FsyncCommit() {
        this(NewQueueFile::force);
    }

    private FsyncCommit(Syncing syncing) {
        this.syncing = syncing;
    }

    /** In the same moment as other files that are ready (docs/adr/0023); who commits only waits. */
    static FsyncCommit together() {
        SharedSync shared = new SharedSync("queue-sync", GroupWork.AS_LONG_AGAIN);
        return new FsyncCommit(file -> sync(file, shared));
    }

    /** By a descriptor of its own, which java.nio.channels does not give: it is told of every write error that nobody was told of. */
    private static void sync(NewQueueFile file, SharedSync shared) throws IOException {
        int descriptor = Inodes.open(file.path(), Inodes.READ_ONLY | Inodes.NO_FOLLOW, 0);
        try {
            shared.sync(descriptor);
        } finally {
            Descriptors.close(descriptor);
        }
    }

    @Override
    public void commit(NewQueueFile file) throws IOException {
        file.markReady();
        syncing.sync(file);
        file.close();
    }
}
