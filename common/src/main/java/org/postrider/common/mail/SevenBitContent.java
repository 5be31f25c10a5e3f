package org.postrider.common.mail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Content that goes, or may go, to a server without 8BITMIME (RFC 6152 section 3): body parts that say 8bit or binary are written as
 * quoted-printable (RFC 2045 section 6.7), and multiparts and messages around them say 7bit. What does not say its encoding
 * goes out as it is. One message, one thread.
 */
public final class SevenBitContent implements MimeSink {
    /** Where the lines go. */
    public interface Output {
        /** A line, or a piece of one: the bytes from one index to the one before another. */
        public void piece(byte[] bytes, int from, int to, boolean endOfLine) throws IOException;

        /** Something is wrong with the message; see {@link MimeSink#fault}. */
        default void fault(Fault fault, String where) throws IOException {}
    }

    private static final String LABEL = "Content-Transfer-Encoding: ";
    private static final int LONGEST_FIELD = 1 << 20;
    /** Past this column the line is broken; what came before it and the soft line break are 76 characters at most. */
    private static final int BREAK_AFTER = 72;

    private final Output out;
    private final MimeState mime;
    private final byte[] line = new byte[76];
    private int column;
    private boolean inHeader = true;
    private boolean composite;
    private boolean eightBit;
    private boolean converting;

    /** For one message. */
    public SevenBitContent(Output out) {
        this.out = out;
        MimeState.Limits usual = MimeState.Limits.DEFAULT;
        this.mime = new MimeState(new MimeState.Limits(true, LONGEST_FIELD, usual.nesting(), usual.boundaryLength()),
                this);
    }

    /** A line of the message, or a piece of one. */
    public void piece(byte[] bytes, int offset, int length, boolean endOfLine) throws IOException {
        mime.line(bytes, offset, length, endOfLine);
    }

    /** The message has no more lines. */
    public void end() throws IOException {
        mime.end();
    }

    @Override
    public void header(Section section, String field) throws IOException {
        if (!inHeader) {
            beginHeader();
        }
        int colon = field.indexOf(':');
        String name = field.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        String value = field.substring(colon + 1).strip().toLowerCase(Locale.ROOT);
        if (name.equals("content-transfer-encoding") && (value.equals("8bit") || value.equals("binary"))) {
            eightBit = true;
            return;
        }
        if (name.equals("content-type")) {
            composite = value.startsWith("multipart/") || value.startsWith("message/");
        }
        for (String text : field.split("\n", -1)) {
            text(text);
        }
    }

    @Override
    public void headerEnd() throws IOException {
        endHeader();
    }

    @Override
    public void body(byte[] bytes, int offset, int length, boolean complete, long position) throws IOException {
        if (position == 0 && length > 2 && bytes[offset] == '-' && bytes[offset + 1] == '-') {
            // A boundary: nothing is known of what follows until its header has come.
            endHeader();
            beginHeader();
            inHeader = false;
            converting = false;
        } else if (inHeader) {
            endHeader();
        }
        if (converting && (position > 0 || length > 0)) {
            encode(bytes, offset, length, complete);
        } else {
            out.piece(bytes, offset, offset + length, complete);
        }
    }

    @Override
    public void fault(Fault fault, String where) throws IOException {
        out.fault(fault, where);
    }

    private void beginHeader() {
        inHeader = true;
        composite = false;
        eightBit = false;
    }

    /** The label comes last, where everything about the part is known. */
    private void endHeader() throws IOException {
        if (!inHeader) {
            return;
        }
        inHeader = false;
        converting = eightBit && !composite;
        if (eightBit) {
            text(LABEL + (composite ? "7bit" : "quoted-printable"));
        }
    }

    private void text(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        out.piece(bytes, 0, bytes.length, true);
    }

    private void encode(byte[] bytes, int offset, int length, boolean complete) throws IOException {
        for (int i = 0; i < length; i++) {
            byte b = bytes[offset + i];
            boolean blank = b == ' ' || b == '\t';
            boolean plain = b > ' ' && b < 127 && b != '=';
            if (plain || (blank && i + 1 < length)) {
                breakLine();
                line[column++] = b;
            } else {
                breakLine();
                line[column++] = '=';
                line[column++] = hex(b >> 4);
                line[column++] = hex(b);
            }
        }
        if (complete) {
            out.piece(line, 0, column, true);
            column = 0;
        }
    }

    private void breakLine() throws IOException {
        if (column > BREAK_AFTER) {
            line[column++] = '=';
            out.piece(line, 0, column, true);
            column = 0;
        }
    }

    private static byte hex(int value) {
        return (byte) Character.toUpperCase(Character.forDigit(value & 0xf, 16));
    }
}
