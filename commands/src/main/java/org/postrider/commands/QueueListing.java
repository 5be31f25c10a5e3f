package org.postrider.commands;

import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The listing of mailq(1), column for column; formats.md 4.1. Fed in the order of showq's answers. */
final class QueueListing implements QueueReport {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);
    private static final int REASON_END = 76;

    private final PrintStream out;
    private final boolean longIds;
    private final ZoneId zone;
    private long messages;
    private long bytes;
    private String lastReason = "";

    QueueListing(PrintStream out, boolean longIds, ZoneId zone) {
        this.out = out;
        this.longIds = longIds;
        this.zone = zone;
    }

    @Override
    public void message(ListedMessage message) {
        if (messages == 0) {
            header();
        } else {
            line("");
        }
        String mark = switch (message.queue()) {
            case "active" -> "*";
            case "hold" -> "!";
            default -> "";
        };
        String time = TIME.format(Instant.ofEpochSecond(message.arrived()).atZone(zone));
        line(String.format(Locale.ROOT, longIds ? "%-17s %8d %-19.19s %s" : "%-11s %7d %-20.20s %s",
                message.id() + mark + (message.forcedExpiry() ? "#" : ""), message.size(), time + " ",
                message.sender()));
        messages++;
        bytes += message.size();
        lastReason = "";
    }

    private void header() {
        line(longIds
                ? String.format("%-17s %8s %-19s %s", "----Queue ID-----", "--Size--", "---Arrival Time----",
                        "--Sender/Recipient------")
                : String.format("%-11s %7s %-20s %s", "-Queue ID-", "--Size--", "----Arrival Time----",
                        "-Sender/Recipient-------"));
    }

    @Override
    public void recipient(ListedRecipient recipient) {
        String reason = recipient.reason();
        if (!reason.equals(lastReason)) {
            String text = reason.isEmpty() ? "reason unavailable" : reason;
            line(" ".repeat(Math.max(0, REASON_END - text.length())) + "(" + text + ")");
            lastReason = reason;
        }
        line(String.format(longIds ? "%-17s %8s %-19s %s" : "%-11s %7s %-20s %s", "", "", "",
                recipient.address()));
    }

    @Override
    public void end() {
        if (messages == 0) {
            line("Mail queue is empty");
            return;
        }
        line("");
        line("-- " + bytes / 1024 + " Kbytes in " + messages + " Request" + (messages == 1 ? "." : "s."));
    }

    private void line(String text) {
        out.print(text);
        out.print('\n');
    }
}
