package org.postrider.smtpd;

import org.postrider.common.smtp.Reply;

/** soft_bounce, and the rule that the enhanced status code's first digit is that of the reply code. */
final class Softening {
    private Softening() {}

    /** The reply as it goes out. */
    static Reply apply(Reply reply, boolean softBounce) {
        int code = softBounce && reply.isPermanent() ? reply.code() - 100 : reply.code();
        String status = reply.status();
        char level = (char) ('0' + code / 100);
        if (!status.isEmpty() && level != '3' && status.charAt(0) != level) {
            status = level + status.substring(1);
        }
        return code == reply.code() && status.equals(reply.status()) ? reply : new Reply(code, status, reply.text());
    }
}
