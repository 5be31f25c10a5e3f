package org.postrider.smtpd;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the queue's file system has room for one more message: at least queue_minfree, and one and a half times
 * message_size_limit. Asked at MAIL, so that a full disk refuses early and for now only.
 */
final class DiskCheck {
    private static final Logger log = LoggerFactory.getLogger(DiskCheck.class);

    private final LongSupplier free;
    private final long minimum;
    private final long messageLimit;

    /** @param free bytes that may still be written; negative when unknown */
    DiskCheck(LongSupplier free, long minimum, long messageLimit) {
        this.free = free;
        this.minimum = minimum;
        this.messageLimit = messageLimit;
    }

    /** The refusal, or null when there is room. */
    @Nullable
    Reply refusal() {
        long bytes = free.getAsLong();
        if (bytes < 0) {
            return null;
        }
        if (messageLimit > 0 && bytes / 1.5 < messageLimit) {
            log.warn("not enough free space in mail queue: {} bytes < 1.5*message size limit", bytes);
            return insufficient();
        }
        if (minimum > 0 && bytes < minimum) {
            log.warn("not enough free space in mail queue: {} bytes < queue_minfree", bytes);
            return insufficient();
        }
        return null;
    }

    private static Reply insufficient() {
        return Reply.of(452, "4.3.1", "Insufficient system storage");
    }
}
