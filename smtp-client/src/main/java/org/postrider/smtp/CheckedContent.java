package org.postrider.smtp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.postrider.common.delivery.MessageContent;
import org.postrider.common.mail.MimeSink;
import org.postrider.common.mail.MimeState;

/**
 * A message's content as {@link OutgoingChecks} leave it. Holds one header field at a time; body text passes through without being
 * copied.
 */
final class CheckedContent implements MessageContent, MimeSink {
    /** A line, or a part of one; the bytes may be the source's. */
    private static final class Piece {
        final byte[] bytes;
        final int offset;
        final int length;
        final boolean ends;

        Piece(byte[] bytes, int offset, int length, boolean ends) {
            this.bytes = bytes;
            this.offset = offset;
            this.length = length;
            this.ends = ends;
        }
    }

    private final MessageContent source;
    private final OutgoingChecks checks;
    private final String queueId;
    private final MimeState mime;
    private final ArrayDeque<Piece> ready = new ArrayDeque<>();
    private Piece current = new Piece(new byte[0], 0, 0, true);
    private boolean ended;

    CheckedContent(MessageContent source, OutgoingChecks checks, String queueId, MimeState.Limits limits) {
        this.source = source;
        this.checks = checks;
        this.queueId = queueId;
        this.mime = new MimeState(limits, this);
    }

    /** The source moves on only when everything that it gave has been handed on. */
    @Override
    public boolean next() throws IOException {
        while (ready.isEmpty() && !ended) {
            if (source.next()) {
                mime.line(source.bytes(), source.offset(), source.length(), source.endsLine());
            } else {
                ended = true;
                mime.end();
            }
        }
        if (ready.isEmpty()) {
            return false;
        }
        current = ready.remove();
        return true;
    }

    @Override
    public void header(Section section, String field) throws IOException {
        switch (checks.header(queueId, section, field)) {
            case OutgoingChecks.Fate.Keep() -> lines(field);
            case OutgoingChecks.Fate.Drop() -> {
            }
            case OutgoingChecks.Fate.Behind(String text) -> {
                lines(text);
                lines(field);
            }
            case OutgoingChecks.Fate.Replace(String text) -> lines(text);
        }
    }

    @Override
    public void headerEnd() {}

    @Override
    public void body(byte[] bytes, int offset, int length, boolean complete, long position) throws IOException {
        Piece piece = new Piece(bytes, offset, length, complete);
        if (length == 0 || !checks.wantsBody(position)) {
            ready.add(piece);
            return;
        }
        String line = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
        switch (checks.body(queueId, line)) {
            case OutgoingChecks.Fate.Keep() -> ready.add(piece);
            case OutgoingChecks.Fate.Drop() -> {
            }
            case OutgoingChecks.Fate.Behind(String text) -> {
                lines(text);
                ready.add(piece);
            }
            case OutgoingChecks.Fate.Replace(String text) -> lines(text);
        }
    }

    private void lines(String text) {
        for (String line : text.split("\n", -1)) {
            byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
            ready.add(new Piece(bytes, 0, bytes.length, true));
        }
    }

    @Override
    public byte[] bytes() {
        return current.bytes;
    }

    @Override
    public int offset() {
        return current.offset;
    }

    @Override
    public int length() {
        return current.length;
    }

    @Override
    public boolean endsLine() {
        return current.ends;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
