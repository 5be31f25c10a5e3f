package org.postrider.master;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.daemon.MailOwner;
import org.postrider.common.posix.FileWords;
import org.postrider.common.posix.FileSystemIdentity;
import org.postrider.common.queue.Journal;
import org.postrider.common.queue.JournalRecovery;
import org.postrider.common.queue.LocalDisk;
import org.postrider.common.queue.QueueDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the queue and its journal together before the first daemon starts and after the last has ended. The files are mail_owner's,
 * and so are the rights with which they are written: on a thread of its own.
 */
final class JournalReplay {
    private static final Logger LOG = LoggerFactory.getLogger(JournalReplay.class);

    private final QueueDirectory queue;
    private final MailOwner owner;

    JournalReplay(Generation generation) {
        this.queue = generation.settings().queue();
        this.owner = generation.owner();
    }

    /**
     * Replays what a crash left.
     *
     * @throws ConfigurationException when that is not possible: to start now could lose mail
     */
    void beforeStart() {
        run().ifPresent(failure -> {
            throw new ConfigurationException(
                    "can't replay the journal of the queue, mail in it would be lost: " + FileWords.at(failure),
                    failure);
        });
    }

    /** Leaves an empty journal, so that another mail system may have the queue. */
    void afterStop() {
        run().ifPresent(failure -> LOG.warn("the journal of the queue was not emptied: {}", FileWords.at(failure)));
    }

    private Optional<IOException> run() {
        if (!Files.isDirectory(queue.root().resolve(Journal.DIRECTORY))) {
            return Optional.empty();
        }
        FutureTask<Optional<IOException>> work = new FutureTask<>(this::replay);
        Thread.ofPlatform().name("journal").start(work);
        try {
            return work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(new IOException("interrupted", e));
        } catch (ExecutionException e) {
            return Optional.of(new IOException(String.valueOf(e.getCause()), e));
        }
    }

    private Optional<IOException> replay() {
        try {
            if (owner.privileged()) {
                FileSystemIdentity.assume(owner.uid(), owner.gid());
            }
            JournalRecovery.Result _ = new JournalRecovery(queue, new LocalDisk()).run();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }
}
