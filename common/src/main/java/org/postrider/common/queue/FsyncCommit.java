package org.postrider.common.queue;

import java.io.IOException;
import org.postrider.common.posix.Descriptors;
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
    private final QueueCommit way;

    /** On the thread of who commits. */
    public FsyncCommit() {
        this(FsyncCommit::alone);
    }

    private FsyncCommit(QueueCommit way) {
        this.way = way;
    }

    /** In the same moment as other files that are ready (docs/adr/0023); who commits only waits. */
    static FsyncCommit together() {
        SharedSync shared = new SharedSync("queue-sync");
        return new FsyncCommit(file -> with(shared, file));
    }

    private static void alone(NewQueueFile file) throws IOException {
        file.markReady();
        file.force();
    }

    /**
     * By a descriptor of its own, which java.nio.channels does not give: it is told of every write error that nobody was told of. Opened
     * before the mode is set, as from then on qmgr may move the file.
     */
    private static void with(SharedSync shared, NewQueueFile file) throws IOException {
        int descriptor = Inodes.open(file.path(), Inodes.READ_ONLY | Inodes.NO_FOLLOW, 0);
        try {
            file.markReady();
            shared.sync(descriptor);
            Inodes.confirm(descriptor);
        } finally {
            Descriptors.close(descriptor);
        }
    }

    @Override
    public void commit(NewQueueFile file) throws IOException {
        way.commit(file);
        file.close();
    }
}
