package org.postrider.bounce;

import java.time.Instant;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.notice.NoticeKind;

/**
 * All that one letter says.
 *
 * @param kind what it tells
 * @param message which message
 * @param entries recipients it tells about
 * @param to who gets it, internal form
 * @param postmasterCopy for the postmaster: other subject, no explanation
 * @param headersOnly return the header of the message only
 * @param composed now
 */
record Notice(NoticeKind kind, BounceRequest.Message message, LogEntries entries, String to,
        boolean postmasterCopy, boolean headersOnly, Instant composed) {}
