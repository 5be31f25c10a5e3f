package org.postrider.smtp;

import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.ipc.PostmasterLetters;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is said in one session: in the log as it is spoken, where the server is watched (debug_peer_list), and kept for the postmaster,
 * where notify_classes has {@code protocol}. He gets it at the end of a session in which the two did not understand each other. The newest
 * lines are kept, without content and passwords. One thread at a time.
 */
final class Transcript {
    private static final Logger LOG = LoggerFactory.getLogger(Transcript.class);
    private static final int MOST_LINES = 100;
    private static final int LONGEST = 200;

    private final Peer peer;
    private final boolean shown;
    private final Optional<Postmaster> postmaster;
    private final Deque<String> lines = new ArrayDeque<>(0);
    private boolean wanted;

    /** Who is told of sessions that went wrong. */
    @FunctionalInterface
    interface Postmaster {
        /** Never fails; it may wait. */
        void tell(Peer peer, List<String> lines);

        /** Mails transcripts to error_notice_recipient; empty where notify_classes does not want them. */
        static Optional<Postmaster> of(ServiceContext context, Protocol protocol) {
            if (context.parameters().list("notify_classes").stream().noneMatch("protocol"::equalsIgnoreCase)) {
                return Optional.empty();
            }
            PostmasterLetters letters = PostmasterLetters.of(context.parameters(), context.cleanup(), context.clock(),
                    ZoneId.systemDefault());
            return Optional.of((peer, lines) -> letters.send(new PostmasterLetters.Letter(protocol + " client",
                    peer.relay(), "Unexpected response from " + peer.relay() + ".", lines)));
        }
    }

    /** @param shown every line goes into the log */
    Transcript(Peer peer, boolean shown, Optional<Postmaster> postmaster) {
        this.peer = peer;
        this.shown = shown;
        this.postmaster = postmaster;
    }

    /** The server said a line. */
    void in(String line) {
        if (shown) {
            LOG.info("< {}: {}", peer.relay(), Words.printable(line));
        }
        add(" In:  ", line);
    }

    /** We said a line; what must not be seen of it is left out. */
    void out(String line) {
        if (shown) {
            LOG.info("> {}: {}", peer.relay(), Words.printable(line));
        }
        add(" Out: ", line);
    }

    /** The content has been sent. */
    void endOfContent() {
        add(" Out: ", ".");
    }

    private void add(String direction, String line) {
        if (postmaster.isPresent()) {
            if (lines.size() == MOST_LINES) {
                lines.removeFirst();
            }
            lines.addLast(direction + (line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line));
        }
    }

    /**
     * A reply was not the one that was wished for. Those that say that a command was not understood, was out of order or had parameters that
     * were not known, and those that are no refusal at all, are the postmaster's business, as with Postfix 3.7: one side is wrong.
     */
    void refused(Reply reply) {
        int code = reply.code();
        wanted |= code < 400 || code == 555 || (code >= 500 && code < 510);
    }

    /** The session is over. */
    void end() {
        if (wanted) {
            wanted = false;
            postmaster.ifPresent(one -> one.tell(peer, List.copyOf(lines)));
        }
    }
}
