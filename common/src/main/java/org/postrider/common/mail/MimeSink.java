package org.postrider.common.mail;

import java.io.IOException;

/** What {@link MimeState} finds, in the order of the message. */
public interface MimeSink {
    /** Which header a field stands in. */
    enum Section {
        /** The message's own. */
        PRIMARY,
        /** Of a body part. */
        PART,
        /** Of a message inside the message. */
        NESTED
    }

    /** What is wrong with a message. */
    enum Fault {
        /** Deeper than mime_nesting_limit. */
        NESTING,
        /** A header field longer than header_size_limit, now cut. */
        TRUNCATED_HEADER,
        /** A byte above 127 in a header field. */
        EIGHT_BIT_HEADER,
        /** A byte above 127 in a part that says it is 7bit. */
        EIGHT_BIT_BODY,
        /** A multipart or message in an encoding other than 7bit, 8bit or binary. */
        ENCODED_STRUCTURE,
        /** A line that is neither empty nor of a field ends the message's own header. Told before {@link #headerEnd}. */
        HEADER_NOT_ENDED
    }

    /** One header field, {@code name:value} with line feeds between its lines. */
    void header(Section section, String field) throws IOException;

    /** The message's own header is complete. Called once. */
    void headerEnd() throws IOException;

    /**
     * A piece of what is no header field of a known header: body text, boundaries, empty lines.
     *
     * @param complete false when the line goes on with the next piece
     * @param position byte position in the body part
     */
    void body(byte[] bytes, int offset, int length, boolean complete, long position) throws IOException;

    /** Something is wrong; the walk goes on. */
    default void fault(Fault fault, String where) throws IOException {}
}
