package org.postrider.pickup;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where a submission comes from, and what its sender may be.
 *
 * @param uid the submitting user, as the kernel knows it
 * @param trusted true for a file that the mail system itself put into maildrop: its records are kept as they are
 * @param originalId the queue id of such a file before, for the log; empty otherwise
 * @param arrived when it was submitted
 * @param senders what is said against an envelope sender; empty for nothing
 */
record Origin(int uid, boolean trusted, String originalId, Instant arrived,
        Function<String, Optional<String>> senders) {}
