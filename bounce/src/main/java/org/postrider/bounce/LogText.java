package org.postrider.bounce;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.Recipient;
import org.postrider.common.queue.RecipientLog;

/**
 * The text of log files: an empty line, for very old readers {@code <recipient>: reason}, lines {@code name=value}, an empty line.
 * postqueue and showq read it too.
 */
final class LogText {
    private LogText() {}

    /** @param time when it happened; ours, Postfix passes it over */
    static String of(BounceRequest.Entry entry, Instant time, boolean withOldForm) {
        Recipient recipient = entry.recipient();
        String printed = recipient.address().isEmpty() ? "<>" : Address.toExternal(recipient.address());
        StringBuilder text = new StringBuilder(256).append('\n');
        if (withOldForm) {
            String plain = recipient.address().isEmpty() ? "" : printed;
            text.append(clean("<" + plain + ">: " + entry.reason())).append('\n');
        }
        add(text, "recipient", printed);
        if (!recipient.original().isEmpty() && !recipient.original().equalsIgnoreCase(recipient.address())) {
            add(text, "original_recipient", Address.toExternal(recipient.original()));
        }
        if (recipient.offset() > 0) {
            add(text, "offset", Long.toString(recipient.offset()));
        }
        addIfAny(text, "dsn_orig_rcpt", recipient.dsnOriginal());
        if (recipient.dsnNotify() != 0) {
            add(text, "notify_flags", Integer.toString(recipient.dsnNotify()));
        }
        addIfAny(text, "status", entry.status());
        addIfAny(text, "action", entry.action());
        if (!entry.diagnosticType().isEmpty() && !entry.diagnosticText().isEmpty()) {
            add(text, "diag_type", entry.diagnosticType());
            add(text, "diag_text", entry.diagnosticText());
        }
        if (!entry.mtaType().isEmpty() && !entry.mtaName().isEmpty()) {
            add(text, "mta_type", entry.mtaType());
            add(text, "mta_mname", entry.mtaName());
        }
        add(text, RecipientLog.TIME, Long.toString(time.getEpochSecond()));
        addIfAny(text, "reason", entry.reason());
        return text.append('\n').toString();
    }

    private static void addIfAny(StringBuilder text, String name, String value) {
        if (!value.isEmpty()) {
            add(text, name, value);
        }
    }

    private static void add(StringBuilder text, String name, String value) {
        text.append(name).append('=').append(clean(value)).append('\n');
    }

    /** One line of what can be printed. */
    private static String clean(String value) {
        StringBuilder clean = new StringBuilder(value);
        for (int i = 0; i < clean.length(); i++) {
            char c = clean.charAt(i);
            if (c < ' ' || c == 0x7f) {
                clean.setCharAt(i, c == '\t' || c == '\n' ? ' ' : '?');
            }
        }
        return clean.toString();
    }

    /** Reads what this or Postfix wrote, one entry after the other; what makes no sense is passed over. */
    static LogEntries.Pass reader(BufferedReader lines, LogKind kind) {
        return new LogEntries.Pass() {
            @Override
            public BounceRequest.@Nullable Entry next() throws IOException {
                Map<String, String> values = new LinkedHashMap<>();
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (!line.isBlank()) {
                        take(clean(line), values);
                    } else if (!values.isEmpty()) {
                        break;
                    }
                }
                return values.isEmpty() ? null : entry(values, kind);
            }

            @Override
            public void close() throws IOException {
                lines.close();
            }
        };
    }

    private static void take(String line, Map<String, String> values) {
        if (line.charAt(0) == '<') {
            readOldForm(line, values);
        } else if (Character.isLetterOrDigit(line.charAt(0))) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
            }
        }
    }

    private static void readOldForm(String line, Map<String, String> values) {
        int end = line.indexOf(">: ");
        if (end > 0) {
            values.putIfAbsent("recipient", end == 1 ? "<>" : line.substring(1, end));
            values.putIfAbsent("reason", line.substring(end + 3).strip());
        }
    }

    private static BounceRequest.Entry entry(Map<String, String> values, LogKind kind) {
        String printed = values.getOrDefault("recipient", "(recipient address unavailable)");
        String address = printed.equals("<>") ? "" : Address.toInternal(printed);
        Recipient recipient = new Recipient(number(values.get("offset"), -1), address,
                Address.toInternal(values.getOrDefault("original_recipient", "")),
                values.getOrDefault("dsn_orig_rcpt", ""), (int) number(values.get("notify_flags"), 0));
        return new BounceRequest.Entry(recipient, "", values.getOrDefault("status", kind.status()),
                values.getOrDefault("action", kind.action()), values.getOrDefault("diag_type", ""),
                values.getOrDefault("diag_text", ""), values.getOrDefault("mta_type", ""),
                values.getOrDefault("mta_mname", ""), values.getOrDefault("reason", "(description unavailable)"));
    }

    private static long number(@Nullable String text, long missing) {
        try {
            return text == null ? missing : Long.parseLong(text);
        } catch (NumberFormatException _) {
            return missing;
        }
    }
}
