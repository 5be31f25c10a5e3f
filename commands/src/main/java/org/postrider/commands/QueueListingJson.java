package org.postrider.commands;

import java.io.PrintStream;

/** postqueue -j: one JSON object a message and line, members in Postfix's order; formats.md 4.2. */
final class QueueListingJson implements QueueReport {
    private final PrintStream out;
    private boolean open;
    private boolean first;

    QueueListingJson(PrintStream out) {
        this.out = out;
    }

    @Override
    public void message(String queue, String id, long size, long arrived, boolean forcedExpiry, String sender) {
        close();
        open = true;
        first = true;
        out.print(
                "{\"queue_name\": " + Json.quoted(queue) + ", \"queue_id\": " + Json.quoted(id) + ", \"arrival_time\": "
                        + arrived
                        + ", \"message_size\": " + size + ", \"forced_expire\": " + forcedExpiry + ", \"sender\": "
                        + Json.quoted(sender) + ", \"recipients\": [");
    }

    @Override
    public void recipient(String address, String original, String reason, String logClass) {
        StringBuilder text = new StringBuilder(first ? "{" : ", {");
        first = false;
        if (!original.isEmpty() && !original.equals(address)) {
            text.append("\"orig_address\": ").append(Json.quoted(original)).append(", ");
        }
        text.append("\"address\": ").append(Json.quoted(address));
        if (!reason.isEmpty()) {
            text.append(logClass.equals("bounce") ? ", \"bounce_reason\": " : ", \"delay_reason\": ")
                    .append(Json.quoted(reason));
        }
        out.print(text.append('}'));
    }

    @Override
    public void end() {
        close();
    }

    private void close() {
        if (open) {
            out.print("]}\n");
        }
        open = false;
    }
}
