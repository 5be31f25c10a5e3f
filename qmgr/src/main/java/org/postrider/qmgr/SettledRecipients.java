package org.postrider.qmgr;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Marks recipients done that need no delivery: one byte each in the active queue file. */
final class SettledRecipients {
    private static final Logger LOG = LoggerFactory.getLogger(SettledRecipients.class);

    private final QueueDirectory directory;
    private final InstantSource clock;
    private final LogText text;

    SettledRecipients(QueueDirectory directory, InstantSource clock, QmgrSettings settings) {
        this.directory = directory;
        this.clock = clock;
        this.text = settings.log();
    }

    void record(MessageHead message, List<RecipientRouter.Settled> settled) {
        if (settled.isEmpty()) {
            return;
        }
        try (QueueFile file = QueueFile.openForUpdate(directory.path(QueueName.ACTIVE, message.id()))) {
            for (RecipientRouter.Settled one : settled) {
                if (!one.reason().isEmpty()) {
                    LOG.info(text.delivery(message, one.recipient(), clock.instant(), "2.0.0", "sent", one.reason()));
                }
                file.markDone(one.recipient().offset());
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("{}: can't mark recipients as done: {}", message.id(), e.toString());
        }
    }
}
