package org.postrider.common.mail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.postrider.common.mail.MimeSink.Fault;
import org.postrider.common.mail.MimeSink.Section;

/**
 * Walks through the lines of a message and tells headers from bodies, also in multiparts (RFC 2046) and messages inside the
 * message. It holds one header field and the open boundaries, nothing else. One message, one thread.
 *
 * <p>Lines come without line end; a long line may come in pieces, all but the last marked as not complete.
 */
public final class MimeState {
    /**
     * What is read, and how much of it.
     *
     * @param parts false to see the whole body as one part (disable_mime_input_processing)
     * @param headerSize longest header field in bytes; the rest is dropped
     * @param nesting most multiparts inside each other
     * @param boundaryLength longest boundary that is told from others
     */
    public record Limits(boolean parts, int headerSize, int nesting, int boundaryLength) {
        /** Postfix's defaults. */
        public static final Limits DEFAULT = new Limits(true, 102_400, 100, 2048);
    }

    private record Open(String boundary, ContentType partDefault) {}

    private static final byte[] NOTHING = new byte[0];
    private static final int LONGEST_WHERE = 100;

    private final Limits limits;
    private final MimeSink sink;
    private final List<Open> stack = new ArrayList<>();
    private final StringBuilder field = new StringBuilder();
    private boolean inHeader = true;
    private Section section = Section.PRIMARY;
    private boolean fieldCut;
    private boolean lineContinues;
    private boolean fieldLine;
    private ContentType type = ContentType.TEXT;
    private String encoding = "7bit";
    private long position;
    private boolean faultKnown;
    private boolean nestedNext;
    private String typeField = "";

    public MimeState(Limits limits, MimeSink sink) {
        this.limits = limits;
        this.sink = sink;
    }

    /** One line, or a piece of it. */
    public void line(byte[] bytes, int offset, int length, boolean complete) throws IOException {
        boolean goesOn = lineContinues;
        lineContinues = !complete;
        if (goesOn) {
            continuation(bytes, offset, length, complete);
        } else if (inHeader) {
            headerLine(bytes, offset, length, complete);
        } else {
            bodyLine(bytes, offset, length, complete);
        }
    }

    /** The message has no more lines. */
    public void end() throws IOException {
        if (inHeader) {
            finishHeader();
        }
    }

    private void continuation(byte[] bytes, int offset, int length, boolean complete) throws IOException {
        if (inHeader && fieldLine) {
            append(bytes, offset, length);
        } else {
            body(bytes, offset, length, complete);
        }
    }

    private void headerLine(byte[] bytes, int offset, int length, boolean complete) throws IOException {
        boolean folded = length > 0 && (bytes[offset] == ' ' || bytes[offset] == '\t');
        if (folded && !field.isEmpty()) {
            fieldLine = true;
            append('\n');
            append(bytes, offset, length);
            return;
        }
        int name = HeaderField.nameLength(bytes, offset, length);
        if (name > 0) {
            finishField();
            fieldLine = true;
            append(bytes, offset, name);
            int colon = offset + name;
            while (bytes[colon] != ':') {
                colon++;
            }
            append(bytes, colon, offset + length - colon);
            return;
        }
        fieldLine = false;
        boolean abrupt = length > 0 && section == Section.PRIMARY;
        if (abrupt) {
            finishField();
            sink.fault(Fault.HEADER_NOT_ENDED,
                    start(new String(bytes, offset, length, StandardCharsets.ISO_8859_1)));
        }
        finishHeader();
        if (abrupt) {
            body(NOTHING, 0, 0, true);
        }
        bodyLine(bytes, offset, length, complete);
    }

    private void append(char c) throws IOException {
        if (field.length() < limits.headerSize()) {
            field.append(c);
        } else {
            cut();
        }
    }

    private void append(byte[] bytes, int offset, int length) throws IOException {
        int room = limits.headerSize() - field.length();
        int taken = Math.min(room, length);
        if (taken > 0) {
            field.append(new String(bytes, offset, taken, StandardCharsets.ISO_8859_1));
        }
        if (taken < length) {
            cut();
        }
    }

    private void cut() throws IOException {
        if (!fieldCut) {
            fieldCut = true;
            sink.fault(Fault.TRUNCATED_HEADER, start(field.toString()));
        }
    }

    private void finishField() throws IOException {
        if (field.isEmpty()) {
            return;
        }
        String text = field.toString();
        field.setLength(0);
        fieldCut = false;
        if (limits.parts()) {
            examine(text);
        }
        sink.header(section, text);
    }

    private void examine(String text) throws IOException {
        char first = text.charAt(0);
        if (first == 'C' || first == 'c') {
            int colon = text.indexOf(':');
            HeaderName name = HeaderName.of(text.substring(0, colon));
            if (name == HeaderName.CONTENT_TYPE) {
                typeField = text;
                type = ContentType.parse(text.substring(colon + 1));
            } else if (name == HeaderName.CONTENT_TRANSFER_ENCODING) {
                encoding = text.substring(colon + 1).strip().toLowerCase(Locale.ROOT);
            }
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                sink.fault(Fault.EIGHT_BIT_HEADER, start(text));
                return;
            }
        }
    }

    private void finishHeader() throws IOException {
        finishField();
        inHeader = false;
        position = 0;
        if (section == Section.PRIMARY) {
            sink.headerEnd();
        }
        if (!limits.parts()) {
            return;
        }
        boolean plain = encoding.equals("7bit") || encoding.equals("8bit") || encoding.equals("binary");
        if (!plain && (type.isMultipart() || type.isNestedMessage())) {
            sink.fault(Fault.ENCODED_STRUCTURE, encoding);
        }
        if (type.isMultipart() && !type.boundary().isEmpty()) {
            push(type);
        } else if (type.isNestedMessage() && plain) {
            nestedNext = true;
        }
    }

    private void push(ContentType multipart) throws IOException {
        if (!stackHasRoom()) {
            return;
        }
        String name = multipart.boundary();
        String known = name.length() > limits.boundaryLength() ? name.substring(0, limits.boundaryLength()) : name;
        stack.add(new Open(known, multipart.partDefault()));
    }

    private boolean stackHasRoom() throws IOException {
        // Two more than the limit says, as Postfix has always counted.
        if (stack.size() < limits.nesting() + 2) {
            return true;
        }
        sink.fault(Fault.NESTING, start(typeField));
        return false;
    }

    private void bodyLine(byte[] bytes, int offset, int length, boolean complete) throws IOException {
        if (length > 2 && bytes[offset] == '-' && bytes[offset + 1] == '-' && !stack.isEmpty()
                && boundary(bytes, offset, length, complete)) {
            return;
        }
        body(bytes, offset, length, complete);
        if (nestedNext) {
            // The empty line after the part's header is out: the nested message's header begins.
            nestedNext = false;
            beginHeader(Section.NESTED, ContentType.TEXT);
        }
    }

    private boolean boundary(byte[] bytes, int offset, int length, boolean complete) throws IOException {
        for (int i = stack.size() - 1; i >= 0; i--) {
            Open open = stack.get(i);
            int end = 2 + open.boundary().length();
            if (length >= end && same(open.boundary(), bytes, offset + 2)) {
                boolean last = length >= end + 2 && bytes[offset + end] == '-' && bytes[offset + end + 1] == '-';
                stack.subList(last ? i : i + 1, stack.size()).clear();
                nestedNext = false;
                position = 0;
                body(bytes, offset, length, complete);
                if (!last) {
                    beginHeader(Section.PART, open.partDefault());
                }
                encoding = "7bit";
                return true;
            }
        }
        return false;
    }

    private static boolean same(String boundary, byte[] bytes, int offset) {
        for (int i = 0; i < boundary.length(); i++) {
            if ((bytes[offset + i] & 0xff) != boundary.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void beginHeader(Section kind, ContentType byDefault) {
        inHeader = true;
        section = kind;
        type = byDefault;
        encoding = "7bit";
        faultKnown = false;
    }

    private void body(byte[] bytes, int offset, int length, boolean complete) throws IOException {
        if (!faultKnown && encoding.equals("7bit") && hasEightBit(bytes, offset, length)) {
            faultKnown = true;
            sink.fault(Fault.EIGHT_BIT_BODY,
                    new String(bytes, offset, Math.min(length, LONGEST_WHERE), StandardCharsets.ISO_8859_1));
        }
        sink.body(bytes, offset, length, complete, position);
        position += length + 1L;
    }

    private static String start(String text) {
        return text.substring(0, Math.min(text.length(), LONGEST_WHERE));
    }

    private static boolean hasEightBit(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] < 0) {
                return true;
            }
        }
        return false;
    }
}
