package org.postrider.smtpd;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.postrider.common.smtp.Reply;

/**
 * The server's side of a session as it is spoken: a reply gets its last changes (soft_bounce, smtpd_reject_filter_maps,
 * smtpd_reject_footer), waits for smtpd_error_sleep_time where the client makes many mistakes, is kept in the transcript and written.
 * It is sent when the session next waits for the client, see {@link SessionInput}. One session's.
 */
final class ReplyWriter {
    private final Session session;
    private final Transcript transcript;
    private final OutputStream out;

    ReplyWriter(Session session, Transcript transcript, OutputStream out) {
        this.session = session;
        this.transcript = transcript;
        this.out = out;
    }

    void say(Reply plain) throws IOException {
        Site site = session.site();
        Settings.Conduct conduct = session.settings().conduct();
        Settings.Limits limits = session.settings().limits();
        Reply reply = Softening.printable(
                site.footer().apply(session,
                        site.rejectFilter().apply(Softening.apply(plain, conduct.softBounce()))),
                conduct.smtputf8());
        if (session.errors() > limits.softErrors() && limits.errorSleep().isPositive()) {
            flush();
            site.pause().rest(limits.errorSleep());
        }
        transcript.out(reply, session.takeRefusal());
        out.write(reply.onTheWire().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends what was said, without waiting for the client. */
    void flush() throws IOException {
        out.flush();
    }

    /** Says and sends this, if the client is still there to hear it. */
    void lastWords(Reply reply) {
        try {
            say(reply);
            flush();
        } catch (IOException _) {
            // The client is gone; it was told as much as could be.
        }
    }
}
