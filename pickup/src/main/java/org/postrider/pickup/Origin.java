package org.postrider.pickup;

import java.time.Instant;

/**
 * Where a submission comes from.
 *
 * @param uid the submitting user, as the kernel knows it
 * @param trusted true for a file that the mail system itself put into maildrop: its records are kept as they are
 * @param originalId the queue id of such a file before, for the log; empty otherwise
 * @param arrived when it was submitted
 */
record Origin(int uid, boolean trusted, String originalId, Instant arrived) {}
