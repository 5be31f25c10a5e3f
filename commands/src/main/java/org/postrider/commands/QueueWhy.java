package org.postrider.commands;

import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** {@code postqueue --why}: all that is known about what one message and each of its recipients wait for. */
final class QueueWhy implements QueueReport {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);

    private final PrintStream out;
    private final String id;
    private final ZoneId zone;
    private boolean here;
    private boolean found;

    QueueWhy(PrintStream out, String id, ZoneId zone) {
        this.out = out;
        this.id = id;
        this.zone = zone;
    }

    /** True when the message was listed. */
    boolean isFound() {
        return found;
    }

    @Override
    public void message(ListedMessage message) {
        here = message.id().equals(id) && !found;
        if (!here) {
            return;
        }
        found = true;
        out.print(id + ": queue " + message.queue() + ", arrived " + time(message.arrived()) + ", from <"
                + message.sender() + ">, " + message.size() + " bytes\n");
        if (message.forcedExpiry()) {
            out.print("  is returned at its next attempt (postsuper -e)\n");
        }
        if (message.attempts() >= 0) {
            out.print("  attempts: " + message.attempts() + "\n");
        }
        if (message.nextAttempt() >= 0) {
            out.print("  next attempt: " + time(message.nextAttempt()) + "\n");
        }
        if (!message.heldBy().isEmpty()) {
            out.print("  waits for: " + message.heldBy() + "\n");
        }
    }

    @Override
    public void recipient(ListedRecipient recipient) {
        if (!here) {
            return;
        }
        String original = recipient.original();
        out.print("  to <" + recipient.address() + ">"
                + (original.isEmpty() || original.equals(recipient.address()) ? "" : " (was <" + original + ">)")
                + "\n");
        if (!recipient.reason().isEmpty()) {
            out.print((recipient.logClass().equals("bounce") ? "    failed: " : "    last reply: ")
                    + recipient.reason() + "\n");
        }
        if (!recipient.status().isEmpty()) {
            out.print("    status: " + recipient.status() + "\n");
        }
        if (!recipient.host().isEmpty()) {
            out.print("    host: " + recipient.host() + "\n");
        }
        if (recipient.lastAttempt() >= 0) {
            out.print("    at: " + time(recipient.lastAttempt()) + "\n");
        }
        if (!recipient.heldBy().isEmpty()) {
            out.print("    waits for: " + recipient.heldBy() + "\n");
        }
    }

    @Override
    public void end() {
        here = false;
    }

    private String time(long seconds) {
        return TIME.format(Instant.ofEpochSecond(seconds).atZone(zone));
    }
}
