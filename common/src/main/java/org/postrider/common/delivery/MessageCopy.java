package org.postrider.common.delivery;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.MailDate;

/**
 * Copies a queued message to its destination with the headers of final delivery in front, in this order: the {@code From_} line,
 * Return-Path, X-Original-To, Delivered-To (formats.md 3.3). Streams; holds one piece of a line at a time. A message without a
 * final line end gets one.
 */
public final class MessageCopy {
    private static final byte[] FROM = ascii("From ");

    /**
     * What the destination's format wants.
     *
     * @param fromLine a {@code From sender  date} line first
     * @param quoteFrom {@code >} in front of content lines that begin with {@code "From "}
     * @param blankLine an empty line at the end
     * @param dots a dot in front of content lines that begin with one
     * @param lineEnd what ends a line
     */
    public record Format(boolean fromLine, boolean quoteFrom, boolean blankLine, boolean dots, String lineEnd) {
        /** A message in a mailbox file of many. */
        public static final Format MBOX = new Format(true, true, true, false, "\n");
        /** A message that has its file to itself. */
        public static final Format MAILDIR = new Format(false, false, false, false, "\n");
        /** A message on a command's standard input. */
        public static final Format COMMAND = new Format(true, false, false, false, "\n");
    }

    /**
     * The envelope as the delivered message shows it, addresses in internal form.
     *
     * @param sender for the From_ line and Return-Path; empty for the null sender
     * @param nullSender what stands in the From_ line for the null sender
     * @param returnPath whether there is a Return-Path
     * @param originalTo X-Original-To, empty for none
     * @param deliveredTo Delivered-To, empty for none
     */
    public record Headers(String sender, String nullSender, boolean returnPath, String originalTo,
            String deliveredTo) {}

    private final Format format;
    private final byte[] lineEnd;

    public MessageCopy(Format format) {
        this.format = format;
        this.lineEnd = ascii(format.lineEnd());
    }

    /** Writes the whole message; the caller flushes. Returns the number of bytes written. */
    public long write(Headers headers, Instant now, MessageContent content, OutputStream out) throws IOException {
        long size = writeHeaders(headers, now, out);
        boolean atLineStart = true;
        while (next(content)) {
            if (atLineStart) {
                size += writeQuote(content, out);
            }
            out.write(content.bytes(), content.offset(), content.length());
            size += content.length();
            atLineStart = content.endsLine();
            if (atLineStart) {
                out.write(lineEnd);
                size += lineEnd.length;
            }
        }
        if (!atLineStart) {
            out.write(lineEnd);
            size += lineEnd.length;
        }
        if (format.blankLine()) {
            out.write(lineEnd);
            size += lineEnd.length;
        }
        return size;
    }

    private static boolean next(MessageContent content) throws UnreadableMessageException {
        try {
            return content.next();
        } catch (IOException e) {
            throw new UnreadableMessageException(e);
        }
    }

    private long writeHeaders(Headers headers, Instant now, OutputStream out) throws IOException {
        StringBuilder text = new StringBuilder(200);
        if (format.fromLine()) {
            String sender = headers.sender().isEmpty()
                    ? headers.nullSender()
                    : Address.toExternal(headers.sender());
            text.append("From ").append(sender).append("  ").append(MailDate.asctime(now, ZoneId.systemDefault()))
                    .append(format.lineEnd());
        }
        if (headers.returnPath()) {
            String sender = headers.sender().isEmpty() ? "" : Address.toExternal(headers.sender());
            text.append("Return-Path: <").append(sender).append('>').append(format.lineEnd());
        }
        if (!headers.originalTo().isEmpty()) {
            text.append("X-Original-To: ").append(Address.toExternal(headers.originalTo()))
                    .append(format.lineEnd());
        }
        if (!headers.deliveredTo().isEmpty()) {
            text.append("Delivered-To: ").append(Address.toExternal(headers.deliveredTo()))
                    .append(format.lineEnd());
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        out.write(bytes);
        return bytes.length;
    }

    private int writeQuote(MessageContent content, OutputStream out) throws IOException {
        if (content.length() == 0) {
            return 0;
        }
        byte first = content.bytes()[content.offset()];
        if (format.dots() && first == '.') {
            out.write('.');
            return 1;
        }
        if (format.quoteFrom() && first == 'F' && beginsWithFrom(content)) {
            out.write('>');
            return 1;
        }
        return 0;
    }

    private static boolean beginsWithFrom(MessageContent content) {
        if (content.length() < FROM.length) {
            return false;
        }
        for (int i = 0; i < FROM.length; i++) {
            if (content.bytes()[content.offset() + i] != FROM[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
