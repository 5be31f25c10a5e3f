package org.postrider.common.queue;

import java.io.IOException;

/**
 * One fsync(2) per message, as Postfix does.
 *
 * <p>Finds a file with its final name, all records written, mode 0600. Acts: mode 0700, then fsync. A crash before the mode
 * leaves a file that is passed over. A crash between mode and fsync may leave a file that looks complete and is cut short (qmgr
 * moves it to corrupt) or one that is whole (it is delivered, and again when the client, which got no answer, sends it again).
 * After fsync the message stays. docs/adr/0010-commit-by-fsync.md has the reasons.
 */
public final class FsyncCommit implements QueueCommit {
    @Override
    public void commit(NewQueueFile file) throws IOException {
        file.markReady();
        file.force();
        file.close();
    }
}
