package org.postrider.smtpd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.ipc.PostmasterLetters;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was said in a session, kept for the postmaster while notify_classes wants it. When something of a wanted class went wrong
 * the transcript is mailed at the end of the session. At most {@code limit} lines are kept, the newest; one session's. The session of
 * a client that is watched is in the log as it is spoken.
 */
final class Transcript {
    private static final Logger LOG = LoggerFactory.getLogger(Transcript.class);
    private static final int LONGEST = 200;
    private static final Set<String> UNTOLD = Set.of("5.7.0", "5.5.6");

    private final Set<String> classes;
    private final int limit;
    private final String watched;
    private final List<String> lines = new ArrayList<>(0);
    private boolean wanted;
    private boolean announced;
    private String reason = "";

    /** @param watched the client as it stands in the log; empty when it is not watched */
    Transcript(Set<String> classes, int limit, String watched) {
        this.classes = classes;
        this.limit = Math.max(limit, 10);
        this.watched = watched;
    }

    void in(String line) {
        announced = line.regionMatches(true, 0, "MAIL ", 0, 5) || line.regionMatches(true, 0, "BDAT ", 0, 5);
        show('<', line);
        add(" In:  " + line);
    }

    /** @param cause why restrictions gave this reply; empty when they did not */
    void out(Reply reply, Optional<Verdict.Cause> cause) {
        for (String line : reply.onTheWire().split("\r\n", -1)) {
            if (!line.isEmpty()) {
                show('>', line);
                add(" Out: " + line);
            }
        }
        if (reply.isFailure()) {
            wanted |= classes.contains(cause.map(Transcript::kind).orElseGet(() -> kind(reply)));
        }
    }

    /** The class of notify_classes to which a refusal belongs, as Postfix 3.7 told of them. */
    private static String kind(Verdict.Cause cause) {
        return switch (cause) {
            case RULE, ACCESS_TABLE -> "policy";
            case UNKNOWN_ADDRESS -> "bounce";
            case LOOKUP -> "data";
            case CONFIGURATION -> "software";
        };
    }

    /** The same for what is not refused by restrictions; empty for none. */
    private String kind(Reply reply) {
        return switch (reply.code()) {
            // Not that of too many recipients, which asks for the rest once more.
            case 452 -> reply.status().equals("4.3.1") ? "resource" : "";
            // Announced, or found when all of it had come.
            case 552 -> announced ? "policy" : "bounce";
            case 451 -> "software";
            // Not those of a client that gives up AUTH, or says too much in it.
            case 500, 501, 502, 503, 521, 555 -> UNTOLD.contains(reply.status()) ? "" : "protocol";
            // The client is sent away, or its chunks are thrown away: what it had done before was told. Or it could not log in,
            // which the log has.
            case 421, 454, 459, 535, 551 -> "";
            // No valid recipients: each of them was told. Commands that come too early are in the log.
            case 554 -> reply.status().equals("5.4.0") ? "bounce" : "";
            default -> "policy";
        };
    }

    private void show(char direction, String line) {
        if (!watched.isEmpty()) {
            LOG.info("{} {}: {}", direction, watched, SyntaxText.escaped(line));
        }
    }

    private void add(String line) {
        if (classes.isEmpty()) {
            return;
        }
        if (lines.size() >= limit) {
            lines.removeFirst();
        }
        lines.add(line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line);
    }

    /** A message was delivered: what went wrong before it is of no interest. */
    void forget() {
        lines.clear();
        wanted = false;
    }

    /** True when something of a wanted class went wrong. */
    boolean isWanted() {
        return wanted;
    }

    /** The session ends before its time. */
    void aborted(String why) {
        reason = why;
    }

    /** Mails the transcript if something of a wanted class went wrong. */
    void send(Site site, Client client) {
        if (wanted) {
            List<String> told = new ArrayList<>(lines);
            told.add("");
            if (!reason.isEmpty()) {
                told.add("Session aborted, reason: " + reason);
            }
            site.letters().send(new PostmasterLetters.Letter("SMTP server", client.title(), "", told));
        }
    }
}
