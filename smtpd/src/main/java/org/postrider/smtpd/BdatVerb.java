package org.postrider.smtpd;

import java.util.List;
import org.postrider.common.smtp.CommandLine;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * BDAT (RFC 3030). Whatever is wrong with the transaction, the bytes of the chunk follow the command and are taken: they must
 * never be read as commands. Only when it is not known how many they are, the session ends.
 */
final class BdatVerb {
    private static final Logger log = LoggerFactory.getLogger(BdatVerb.class);
    private static final int LONGEST_NUMBER = 18;

    private BdatVerb() {}

    static Outcome handle(Session session, CommandLine command) {
        if (session.discards("CHUNKING")) {
            return new Outcome.Leave(Reply.of(521, "5.5.1", "Error: command not implemented"), true);
        }
        List<String> words = command.words();
        boolean last = words.size() == 2 && words.get(1).equalsIgnoreCase("LAST");
        boolean good = !words.isEmpty() && isNumber(words.getFirst()) && (words.size() == 1 || last);
        if (!good) {
            log.warn("{}: malformed BDAT command syntax from {}: {}", session.transaction().title(), session.peer(),
                    SyntaxText.escaped("BDAT " + command.arguments()).strip());
            return new Outcome.Leave(Reply.of(521, "5.5.4", "Syntax: BDAT count [LAST]"), true);
        }
        return chunk(session, Long.parseLong(words.getFirst()), last);
    }

    private static boolean isNumber(String word) {
        return word.length() <= LONGEST_NUMBER && !word.isEmpty() && word.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static Outcome chunk(Session session, long size, boolean last) {
        Transaction transaction = session.transaction();
        if (size == 0 && !last) {
            log.warn("{}: null BDAT request from {}", transaction.title(), session.peer());
            return refuse(session, size, last, Reply.of(551, "5.7.1", "Null BDAT request"));
        }
        if (transaction.chunksFailed()) {
            return discarded(session, size, last);
        }
        if (transaction.recipients() == 0) {
            return refuse(session, size, last, transaction.begun()
                    ? Reply.of(554, "5.5.1", "Error: no valid recipients")
                    : Reply.of(503, "5.5.1", "Error: need RCPT command"));
        }
        long limit = session.settings().limits().messageSize();
        if (limit > 0 && size > limit) {
            log.warn("{}: BDAT request from {} exceeds message size limit", transaction.title(), session.peer());
            return refuse(session, size, last, Reply.of(552, "5.3.4", "Chunk exceeds message size limit"));
        }
        return transaction.content() == null ? first(session, size, last) : new Outcome.TakeChunk(size, last);
    }

    private static Outcome first(Session session, long size, boolean last) {
        Transaction transaction = session.transaction();
        return switch (session.site().checks().atData(session)) {
            case Verdict.Dunno _,Verdict.Permit _ -> {
                transaction.content(new ContentReceiver(session));
                yield new Outcome.TakeChunk(size, last);
            }
            case Verdict.Refuse(Reply reply, _) -> refuse(session, size, last, reply);
            case Verdict.Hangup() -> new Outcome.Hangup();
        };
    }

    private static Outcome refuse(Session session, long size, boolean last, Reply reply) {
        if (last) {
            session.resetTransaction();
        } else {
            session.transaction().failChunks();
        }
        return new Outcome.SkipChunk(size, reply);
    }

    private static Outcome discarded(Session session, long size, boolean last) {
        return refuse(session, size, last,
                Reply.of(551, "5.0.0", "Discarded " + size + " bytes after earlier error"));
    }
}
