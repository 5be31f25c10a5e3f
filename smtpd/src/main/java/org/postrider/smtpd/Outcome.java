package org.postrider.smtpd;

import java.util.Optional;
import java.util.function.Function;
import org.postrider.common.smtp.Reply;

/** What a verb leads to. */
sealed interface Outcome {
    /**
     * Answer, and take the next command.
     *
     * @param counts the client did something wrong: it counts against smtpd_hard_error_limit
     */
    record Say(Reply reply, boolean counts) implements Outcome {}

    /** Answer, then take content up to the end of data. */
    record TakeContent(Reply reply) implements Outcome {}

    /**
     * Take this many bytes of content; the answer comes after them.
     *
     * @param last they are the end of the message
     */
    record TakeChunk(long bytes, boolean last) implements Outcome {}

    /** Take this many bytes and throw them away, then answer. */
    record SkipChunk(long bytes, Reply reply) implements Outcome {}

    /**
     * Answer, and go on with what the client says next, which is no command.
     *
     * @param limit most bytes of it
     * @param giveUp nothing comes of it
     * @param next takes the line; empty when it was longer than the limit
     */
    record Ask(Reply reply, int limit, Runnable giveUp, Function<Optional<String>, Outcome> next) implements Outcome {}

    /** Greet the client again, as another one. */
    record Greet() implements Outcome {}

    /** Answer, then speak TLS. */
    record StartTls(Reply reply) implements Outcome {}

    /** Answer and close the connection. */
    record Leave(Reply reply, boolean counts) implements Outcome {}

    /** Close the connection without an answer. */
    record Hangup() implements Outcome {}

    static Outcome done(int code, String status, String text) {
        return new Say(Reply.of(code, status, text), false);
    }

    static Outcome error(int code, String status, String text) {
        return error(Reply.of(code, status, text));
    }

    static Outcome error(Reply reply) {
        return new Say(reply, true);
    }
}
