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
                "{\"queue_name\": " + quoted(queue) + ", \"queue_id\": " + quoted(id) + ", \"arrival_time\": " + arrived
                        + ", \"message_size\": " + size + ", \"forced_expire\": " + forcedExpiry + ", \"sender\": "
                        + quoted(sender) + ", \"recipients\": [");
    }

    @Override
    public void recipient(String address, String original, String reason, String logClass) {
        StringBuilder text = new StringBuilder(first ? "{" : ", {");
        first = false;
        if (!original.isEmpty() && !original.equals(address)) {
            text.append("\"orig_address\": ").append(quoted(original)).append(", ");
        }
        text.append("\"address\": ").append(quoted(address));
        if (!reason.isEmpty()) {
            text.append(logClass.equals("bounce") ? ", \"bounce_reason\": " : ", \"delay_reason\": ")
                    .append(quoted(reason));
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

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else {
                quoted.append(c < ' ' || c == 127 ? '?' : c);
            }
        }
        return quoted.append('"').toString();
    }
}
