package org.postrider.common.queue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the log of one message in the bounce, defer or trace directory: what happened to each recipient. Tolerant as its readers
 * must be: an entry is a run of {@code name=value} lines between empty lines; a line {@code <recipient>: reason} is the old form.
 */
public final class RecipientLog {
    /** The name of the line that says when it happened, in seconds since 1970; Postfix writes none. */
    public static final String TIME = "time";

    /**
     * One recipient's entry; what the log does not say is empty.
     *
     * @param recipient external form, as it stands in the log, without angle brackets
     */
    public record Entry(String recipient, String originalRecipient, String status, String action, String reason,
            Map<String, String> all) {
        public Entry {
            all = Map.copyOf(all);
        }
    }

    private RecipientLog() {}

    /** All entries; none when there is no such log. */
    public static List<Entry> read(Path log) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(log, StandardCharsets.ISO_8859_1)) {
            return read(in);
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    private static List<Entry> read(BufferedReader in) throws IOException {
        List<Entry> entries = new ArrayList<>();
        Map<String, String> values = new HashMap<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.isBlank()) {
                finish(values, entries);
            } else {
                line(line, values);
            }
        }
        finish(values, entries);
        return entries;
    }

    private static void line(String line, Map<String, String> values) {
        if (line.startsWith("<")) {
            int end = line.indexOf(">: ");
            if (end > 0) {
                values.putIfAbsent("recipient", line.substring(1, end));
                values.putIfAbsent("reason", line.substring(end + 3));
            }
            return;
        }
        int equals = line.indexOf('=');
        if (equals > 0) {
            values.put(line.substring(0, equals).trim(), printable(line.substring(equals + 1).trim()));
        }
    }

    private static String printable(String text) {
        StringBuilder clean = new StringBuilder(text);
        for (int i = 0; i < clean.length(); i++) {
            char c = clean.charAt(i);
            if (c < ' ' || c == 127) {
                clean.setCharAt(i, '?');
            }
        }
        return clean.toString();
    }

    private static void finish(Map<String, String> values, List<Entry> entries) {
        if (values.isEmpty()) {
            return;
        }
        String recipient = values.getOrDefault("recipient", "(recipient address unavailable)");
        entries.add(new Entry(recipient.equals("<>") ? "" : recipient, values.getOrDefault("original_recipient", ""),
                values.getOrDefault("status", ""), values.getOrDefault("action", ""),
                values.getOrDefault("reason", "(description unavailable)"), values));
        values.clear();
    }
}
