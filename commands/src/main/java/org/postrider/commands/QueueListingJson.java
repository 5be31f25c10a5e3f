package org.postrider.commands;

import java.io.PrintStream;

/**
 * postqueue -j: one JSON object a message and line, members in Postfix's order (formats.md 4.2), and behind them what else is known:
 * {@code dsn_status}, {@code remote_host}, {@code last_attempt} and {@code held_by} of a recipient, {@code attempts},
 * {@code next_attempt} and {@code held_by} of a message.
 */
final class QueueListingJson implements QueueReport {
    private final PrintStream out;
    /** What goes behind the recipients; empty between messages. */
    private String rest = "";
    private boolean first;

    QueueListingJson(PrintStream out) {
        this.out = out;
    }

    private static String number(String name, long value) {
        return value < 0 ? "" : ", " + Json.quoted(name) + ": " + value;
    }

    private static String text(String name, String value) {
        return value.isEmpty() ? "" : ", " + Json.quoted(name) + ": " + Json.quoted(value);
    }

    @Override
    public void message(ListedMessage message) {
        close();
        first = true;
        rest = "]" + number("attempts", message.attempts()) + number("next_attempt", message.nextAttempt())
                + text("held_by", message.heldBy()) + "}\n";
        out.print("{\"queue_name\": " + Json.quoted(message.queue()) + ", \"queue_id\": " + Json.quoted(message.id())
                + ", \"arrival_time\": " + message.arrived() + ", \"message_size\": " + message.size()
                + ", \"forced_expire\": " + message.forcedExpiry() + ", \"sender\": "
                + Json.quoted(message.sender()) + ", \"recipients\": [");
    }

    @Override
    public void recipient(ListedRecipient recipient) {
        StringBuilder text = new StringBuilder(first ? "{" : ", {");
        first = false;
        String original = recipient.original();
        if (!original.isEmpty() && !original.equals(recipient.address())) {
            text.append("\"orig_address\": ").append(Json.quoted(original)).append(", ");
        }
        text.append("\"address\": ").append(Json.quoted(recipient.address()));
        if (!recipient.reason().isEmpty()) {
            text.append(recipient.logClass().equals("bounce") ? ", \"bounce_reason\": " : ", \"delay_reason\": ")
                    .append(Json.quoted(recipient.reason()));
        }
        text.append(text("dsn_status", recipient.status())).append(text("remote_host", recipient.host()))
                .append(number("last_attempt", recipient.lastAttempt())).append(text("held_by", recipient.heldBy()));
        out.print(text.append('}'));
    }

    @Override
    public void end() {
        close();
    }

    private void close() {
        out.print(rest);
        rest = "";
    }
}
