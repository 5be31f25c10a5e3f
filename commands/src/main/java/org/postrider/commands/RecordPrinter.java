package org.postrider.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.StringTokenizer;
import org.postrider.common.queue.CorruptQueueFileException;
import org.postrider.common.queue.QueueFileRecords;
import org.postrider.common.queue.RecordType;

/** Prints one queue file as postcat does. One thread, once. */
final class RecordPrinter {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);
    private static final String CREATE_TIME = "create_time=";

    /**
     * What is shown and how.
     *
     * @param envelope envelope records and the lines between the parts
     * @param header message header
     * @param body message body
     * @param offsets the file offset of each record
     * @param numbers the decimal type of each record
     * @param fileName the file's name before each record
     * @param verbose pointers and padding too, and the kind of text records
     * @param fileOrder as the records stand, without following pointers
     */
    record Style(boolean envelope, boolean header, boolean body, boolean offsets, boolean numbers, boolean fileName,
            boolean verbose, boolean fileOrder) {}

    /** The first record is none that a message begins with. */
    static final class NotAQueueFileException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private enum Part {
        ENVELOPE, HEADER, BODY, EXTRACTED
    }

    private final PrintStream out;
    private final String name;
    private final Style style;
    private final ZoneId zone;
    private Part part = Part.ENVELOPE;
    private boolean midLine;

    RecordPrinter(PrintStream out, String name, Style style, ZoneId zone) {
        this.out = out;
        this.name = name;
        this.style = style;
        this.zone = zone;
    }

    /** @param fromMiddle the records do not begin at the start of the file */
    void print(QueueFileRecords records, boolean fromMiddle) throws IOException {
        if (!fromMiddle && !first(records)) {
            return;
        }
        while (records.next()) {
            print(records);
            if (records.type() == RecordType.POINTER && !style.fileOrder()) {
                records.follow();
            }
            if (records.type() == RecordType.END && !style.fileOrder()) {
                return;
            }
        }
    }

    /** Shows the first record of a file; false when the file is empty. */
    private boolean first(QueueFileRecords records) throws IOException {
        try {
            if (!records.next()) {
                return false;
            }
        } catch (CorruptQueueFileException _) {
            throw new NotAQueueFileException();
        }
        if (records.type() != RecordType.SIZE && records.type() != RecordType.TIME) {
            throw new NotAQueueFileException();
        }
        if (style.envelope()) {
            out.print("*** ENVELOPE RECORDS " + name + " ***\n");
        }
        print(records);
        return true;
    }

    private void print(QueueFileRecords records) {
        switch (records.type()) {
            case MESSAGE -> {
                marker(records, "MESSAGE CONTENTS");
                part = Part.HEADER;
            }
            case EXTRACTED -> {
                marker(records, "HEADER EXTRACTED");
                part = Part.EXTRACTED;
            }
            case END -> marker(records, "MESSAGE FILE END");
            case POINTER, PADDING -> {
                if (style.verbose() && isPartShown()) {
                    named(records, records.type().title(), records.text());
                }
            }
            case TEXT, PART -> text(records);
            default -> {
                if (style.envelope()) {
                    envelope(records);
                }
            }
        }
    }

    private boolean isPartShown() {
        return switch (part) {
            case ENVELOPE, EXTRACTED -> style.envelope();
            case HEADER -> style.header();
            case BODY -> style.body();
        };
    }

    private void marker(QueueFileRecords records, String title) {
        if (style.envelope()) {
            prefix(records);
            out.print("*** " + title + " " + name + " ***\n");
        }
    }

    private void prefix(QueueFileRecords records) {
        if (style.fileName()) {
            out.print(name + ": ");
        }
        if (style.offsets()) {
            out.print("%9d ".formatted(records.offset()));
        }
        if (style.numbers()) {
            out.print("%3d ".formatted((int) records.type().letter()));
        }
    }

    private void named(QueueFileRecords records, String title, String value) {
        prefix(records);
        out.print(title + ": " + value + "\n");
    }

    private void envelope(QueueFileRecords records) {
        String text = records.text();
        switch (records.type()) {
            case TIME, WARN_TIME -> named(records, records.type().title(), time(text));
            case ATTRIBUTE -> {
                if (text.startsWith(CREATE_TIME)) {
                    named(records, RecordType.CREATE_TIME.title(), time(text.substring(CREATE_TIME.length())));
                } else {
                    named(records, records.type().title(), text);
                }
            }
            default -> named(records, records.type().title(), text);
        }
    }

    private String time(String text) {
        StringTokenizer words = new StringTokenizer(text);
        try {
            return TIME.format(Instant.ofEpochSecond(Long.parseLong(words.nextToken())).atZone(zone));
        } catch (RuntimeException _) {
            return text;
        }
    }

    private void text(QueueFileRecords records) {
        if (part == Part.ENVELOPE || part == Part.EXTRACTED) {
            if (style.envelope()) {
                named(records, "content_filter", records.text());
            }
            return;
        }
        if (part == Part.HEADER && !midLine && !isHeader(records)) {
            part = Part.BODY;
        }
        midLine = records.type() == RecordType.PART;
        if (!isPartShown()) {
            return;
        }
        prefix(records);
        if (style.verbose()) {
            out.print(records.type().title() + ": ");
        }
        out.write(records.buffer(), 0, records.length());
        if (!midLine || style.verbose() || style.offsets()) {
            out.print("\n");
        }
    }

    /** True for {@code name:} and for lines that go on a header. */
    private static boolean isHeader(QueueFileRecords records) {
        byte[] bytes = records.buffer();
        int length = records.length();
        if (length == 0) {
            return false;
        }
        if (bytes[0] == ' ' || bytes[0] == '\t') {
            return true;
        }
        int i = 0;
        while (i < length && bytes[i] > ' ' && bytes[i] < 127 && bytes[i] != ':') {
            i++;
        }
        int nameLength = i;
        while (i < length && (bytes[i] == ' ' || bytes[i] == '\t')) {
            i++;
        }
        return nameLength > 0 && i < length && bytes[i] == ':';
    }
}
