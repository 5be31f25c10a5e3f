package org.postrider.common.ipc;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads attributes one by one, for lists in which names come again or that are too long to be kept, such as a listing of the queue.
 * The limits of {@link Attributes} hold for each name and value, not for their number. One thread.
 */
public final class AttributeReader {
    private final InputStream in;
    private final TextBuffer text = new TextBuffer();
    private String name = "";
    private String value = "";

    public AttributeReader(InputStream in) {
        this.in = in;
    }

    /**
     * Reads the next attribute; false at the end of the list, after which the next list begins.
     *
     * @throws EOFException when the stream ends before the list does
     */
    public boolean next() throws IOException {
        text.clear();
        name = Attributes.readText(in, text);
        if (name.isEmpty()) {
            return false;
        }
        text.clear();
        value = Attributes.readText(in, text);
        return true;
    }

    /** The name of the attribute that was read last. */
    public String name() {
        return name;
    }

    /** Its value. */
    public String value() {
        return value;
    }

    /** Its value as a number. */
    public long number() throws ProtocolException {
        try {
            return Long.parseLong(value.trim());
        } catch (NumberFormatException _) {
            throw new ProtocolException("bad numerical value \"" + value + "\" of attribute \"" + name + "\"");
        }
    }
}
