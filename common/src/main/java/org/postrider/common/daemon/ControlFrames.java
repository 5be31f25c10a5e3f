package org.postrider.common.daemon;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.ProtocolException;
import org.postrider.common.posix.DescriptorPassing;
import org.postrider.common.posix.Descriptors;

/**
 * Control messages on the bytes of a stream: four bytes of length, most significant first, then the attribute list. A
 * descriptor travels with the first byte of the message that it belongs to. One thread.
 */
public final class ControlFrames {
    private static final int HEADER = 4;
    private static final int LONGEST = 4 * 1024 * 1024;

    /** A message and the descriptor that came with it, if any; who takes the message owns the descriptor. */
    public record Arrived(ControlMessage message, OptionalInt descriptor) {}

    private byte[] gathered = new byte[0];
    private final ArrayDeque<Integer> descriptors = new ArrayDeque<>();

    /** The bytes of one message. */
    public static byte[] bytes(ControlMessage message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try {
            out.write(new byte[HEADER]);
            message.toAttributes().write(out);
        } catch (IOException e) {
            throw new IllegalArgumentException("a control message that can't be written", e);
        }
        byte[] frame = out.toByteArray();
        int length = frame.length - HEADER;
        for (int i = 0; i < HEADER; i++) {
            frame[i] = (byte) (length >>> (24 - 8 * i));
        }
        return frame;
    }

    /** How many bytes of the current message are still to come; one receive must not ask for more. */
    public int wanted() {
        return gathered.length < HEADER ? HEADER - gathered.length : length() + HEADER - gathered.length;
    }

    /**
     * Takes what one receive brought; it must not be more than {@link #wanted}.
     *
     * @return the message, when it is complete
     */
    public Optional<Arrived> take(DescriptorPassing.Received received) throws IOException {
        received.descriptor().ifPresent(descriptors::add);
        byte[] more = received.bytes();
        byte[] all = new byte[gathered.length + more.length];
        System.arraycopy(gathered, 0, all, 0, gathered.length);
        System.arraycopy(more, 0, all, gathered.length, more.length);
        gathered = all;
        if (gathered.length < HEADER) {
            return Optional.empty();
        }
        if (length() < 1 || length() > LONGEST) {
            throw new ProtocolException("control message of " + length() + " bytes");
        }
        if (wanted() > 0) {
            return Optional.empty();
        }
        Attributes list = Attributes.read(new ByteArrayInputStream(gathered, HEADER, length()));
        gathered = new byte[0];
        @Nullable
        Integer descriptor = descriptors.poll();
        return Optional.of(new Arrived(ControlMessage.from(list),
                descriptor == null ? OptionalInt.empty() : OptionalInt.of(descriptor)));
    }

    /** Closes descriptors that came with a message that never did. */
    public void discard() {
        descriptors.forEach(Descriptors::close);
        descriptors.clear();
    }

    private int length() {
        int length = 0;
        for (int i = 0; i < HEADER; i++) {
            length = (length << 8) | (gathered[i] & 0xff);
        }
        return length;
    }
}
