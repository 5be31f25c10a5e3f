package org.postrider.common.ipc;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An attribute list: names with values, in order, each name once. On the wire {@code name NUL value NUL}, and one more NUL
 * after the last value. One char is one byte (ISO-8859-1); names and values hold no NUL. Not for use by several threads.
 */
public final class Attributes {
    /** Longest name or value that is read, in bytes. */
    public static final int LONGEST_VALUE = 1024 * 1024;
    /** Most attributes in one list. */
    public static final int MOST_ATTRIBUTES = 10_000;

    private final LinkedHashMap<String, String> values = new LinkedHashMap<>();

    /** Adds or replaces one attribute. */
    public Attributes put(String name, String value) {
        values.put(name, value);
        return this;
    }

    /** Adds or replaces one attribute with a decimal value. */
    public Attributes put(String name, long value) {
        return put(name, Long.toString(value));
    }

    /** Adds or replaces one attribute, 1 for true. */
    public Attributes put(String name, boolean value) {
        return put(name, value ? "1" : "0");
    }

    /** Adds all of these. */
    public Attributes putAll(Map<String, String> more) {
        values.putAll(more);
        return this;
    }

    /** The value, if the sender gave one. */
    public Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** The value, or the default where the sender gave none. */
    public String get(String name, String missing) {
        return values.getOrDefault(name, missing);
    }

    /** The value of an attribute that must be there. */
    public String get(String name) throws ProtocolException {
        String value = values.get(name);
        if (value == null) {
            throw new ProtocolException("missing attribute \"" + name + "\" in message");
        }
        return value;
    }

    /** The decimal value, or the default where the sender gave none. */
    public long number(String name, long missing) throws ProtocolException {
        String value = values.get(name);
        if (value == null) {
            return missing;
        }
        try {
            return Long.parseLong(value.trim());
        } catch (NumberFormatException _) {
            throw new ProtocolException("bad numerical value \"" + value + "\" of attribute \"" + name + "\"");
        }
    }

    /** The value as an int, or the default where the sender gave none. */
    public int integer(String name, int missing) throws ProtocolException {
        long value = number(name, missing);
        if (value != (int) value) {
            throw new ProtocolException("value " + value + " of attribute \"" + name + "\" is out of range");
        }
        return (int) value;
    }

    /** True for a value other than 0; false where the sender gave none. */
    public boolean flag(String name) throws ProtocolException {
        return number(name, 0) != 0;
    }

    /** Everything, in order. */
    public Map<String, String> asMap() {
        return values;
    }

    /** Writes the list; the caller flushes. */
    public void write(OutputStream out) throws IOException {
        writeOpen(out);
        out.write(0);
    }

    /** Writes the attributes but not the end of the list: more follow, see {@link AttributeReader}. */
    public void writeOpen(OutputStream out) throws IOException {
        for (Map.Entry<String, String> entry : values.entrySet()) {
            writeText(out, entry.getKey());
            writeText(out, entry.getValue());
        }
    }

    private static void writeText(OutputStream out, String text) throws IOException {
        if (text.indexOf('\0') >= 0) {
            throw new ProtocolException("NUL byte in an attribute");
        }
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.write(0);
    }

    /**
     * Reads one list.
     *
     * @throws EOFException when the stream ends before the list does; {@link #readIfAny} tells a clean end apart
     */
    public static Attributes read(InputStream in) throws IOException {
        Optional<Attributes> list = readIfAny(in);
        if (list.isEmpty()) {
            throw new EOFException("connection closed by the other side");
        }
        return list.get();
    }

    /** Reads one list; empty when the stream ends before its first byte. */
    public static Optional<Attributes> readIfAny(InputStream in) throws IOException {
        Attributes list = new Attributes();
        TextBuffer text = new TextBuffer();
        for (int count = 0; count < MOST_ATTRIBUTES; count++) {
            int first = in.read();
            if (first < 0) {
                if (count == 0) {
                    return Optional.empty();
                }
                throw new EOFException("unexpected end of an attribute list");
            }
            if (first == 0) {
                return Optional.of(list);
            }
            text.clear();
            text.append(first);
            String name = readText(in, text);
            text.clear();
            list.put(name, readText(in, text));
        }
        throw new ProtocolException("more than " + MOST_ATTRIBUTES + " attributes in one message");
    }

    static String readText(InputStream in, TextBuffer text) throws IOException {
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("unexpected end of an attribute list");
            }
            if (b == 0) {
                return text.toString();
            }
            if (text.length() >= LONGEST_VALUE) {
                throw new ProtocolException("attribute longer than " + LONGEST_VALUE + " bytes");
            }
            text.append(b);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Attributes list && list.values.equals(values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
