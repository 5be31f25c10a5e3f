package org.postrider.smtpd;

import org.postrider.common.smtp.Reply;

/** Last changes to a reply: soft_bounce; the enhanced status code's first digit is that of the reply code; no control characters. */
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

    /**
     * What a client gave, and the reply quotes, must not look like further replies.
     *
     * @param utf8 smtputf8_enable: bytes above 127 may stand in replies
     */
    static Reply printable(Reply reply, boolean utf8) {
        boolean clean = reply.text().stream()
                .allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c != 127 && (c < 127 || utf8)));
        String bad = utf8 ? "[\\x00-\\x1f\\x7f]" : "[^ -~]";
        return clean
                ? reply
                : new Reply(reply.code(), reply.status(),
                        reply.text().stream().map(line -> line.replaceAll(bad, " ")).toList());
    }
}
