package org.postrider.smtpd;

import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.smtp.EnhancedStatus;
import org.postrider.common.smtp.Reply;

/** What a client is told when cleanup does not take a message. */
final class CleanupReplies {
    private CleanupReplies() {}

    /** The worst of what went wrong decides; the reason that cleanup gives replaces the standard words where it may. */
    static Reply of(CleanupStatus status) {
        int bits = status.bits();
        if ((bits & CleanupStatus.DEFER) != 0) {
            return with(451, "4.7.1", "Error: service unavailable", status.reason());
        }
        if ((bits & CleanupStatus.PROXY) != 0) {
            return Reply.of(451, "4.3.0", "Error: queue file write error");
        }
        if ((bits & CleanupStatus.BAD) != 0) {
            return Reply.of(451, "4.3.0", "Error: internal protocol error");
        }
        if ((bits & CleanupStatus.WRITE) != 0) {
            return Reply.of(451, "4.3.0", "Error: queue file write error");
        }
        if ((bits & CleanupStatus.NO_RECIPIENTS) != 0) {
            return Reply.of(550, "5.1.0", "Error: no recipients specified");
        }
        if ((bits & CleanupStatus.HOPS) != 0) {
            return Reply.of(554, "5.4.0", "Error: too many hops");
        }
        if ((bits & CleanupStatus.SIZE) != 0) {
            return Reply.of(552, "5.3.4", "Error: message file too big");
        }
        if ((bits & CleanupStatus.CONTENT) != 0) {
            return with(550, "5.7.1", "Error: message content rejected", status.reason());
        }
        if ((bits & CleanupStatus.NOT_PERMITTED) != 0) {
            return Reply.of(550, "5.7.1", "Error: sender not permitted");
        }
        return Reply.of(451, "4.3.0", "Error: queue file write error");
    }

    private static Reply with(int code, String standardStatus, String standardText, String reason) {
        if (reason.isEmpty()) {
            return Reply.of(code, standardStatus, standardText);
        }
        String text = reason;
        int actual = code;
        if (text.length() > 4 && text.charAt(3) == ' ' && text.substring(0, 3).chars().allMatch(Character::isDigit)
                && (text.charAt(0) == '4' || text.charAt(0) == '5')) {
            actual = Integer.parseInt(text, 0, 3, 10);
            text = text.substring(4);
        }
        String found = EnhancedStatus.atStart(text);
        String status = found.isEmpty() ? standardStatus : found;
        return Reply.of(actual, status, found.isEmpty() ? text : EnhancedStatus.rest(text));
    }
}
