package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Descriptors sent and received over a Unix-domain socket (SCM_RIGHTS, unix(7)), at most one with each call. The descriptor
 * travels with the first byte of what is sent in the same call. A received one is closed at exec.
 */
public final class DescriptorPassing {
    /** What one receive brought. No bytes: the other side has closed. */
    public static final class Received {
        private final byte[] bytes;
        private final OptionalInt descriptor;

        private Received(byte[] bytes, OptionalInt descriptor) {
            this.bytes = bytes;
            this.descriptor = descriptor;
        }

        public byte[] bytes() {
            return bytes;
        }

        public OptionalInt descriptor() {
            return descriptor;
        }
    }

    private static final int NO_SIGNAL = 0x4000;
    private static final int CLOSE_ON_EXEC = 0x40000000;
    private static final int SOCKET_LEVEL = 1;
    private static final int RIGHTS = 1;
    private static final int CONTROL_HEADER = 16;
    private static final int CONTROL_SPACE = 24;
    private static final int CONTROL_LENGTH = 20;
    private static final int MESSAGE_HEADER = 56;
    private static final LibraryFunction SEND = new LibraryFunction("sendmsg", 3);
    private static final LibraryFunction RECEIVE = new LibraryFunction("recvmsg", 3);

    private DescriptorPassing() {}

    /**
     * Sends bytes (at least one) and a descriptor, if any.
     *
     * @return bytes sent, perhaps fewer than given
     */
    public static int send(int socket, byte[] bytes, OptionalInt descriptor) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(Math.max(1, bytes.length));
            MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
            MemorySegment control = arena.allocate(CONTROL_SPACE, 8);
            if (descriptor.isPresent()) {
                control.set(ValueLayout.JAVA_LONG, 0, CONTROL_LENGTH);
                control.set(ValueLayout.JAVA_INT, 8, SOCKET_LEVEL);
                control.set(ValueLayout.JAVA_INT, 12, RIGHTS);
                control.set(ValueLayout.JAVA_INT, CONTROL_HEADER, descriptor.getAsInt());
            }
            MemorySegment header = header(arena, data, bytes.length, control,
                    descriptor.isPresent() ? CONTROL_SPACE : 0);
            return (int) SEND.callLong(socket, header.address(), NO_SIGNAL);
        }
    }

    /** Receives what is there, at most {@code limit} bytes and one descriptor; blocks as the socket does. */
    public static Received receive(int socket, int limit) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(Math.max(1, limit));
            MemorySegment control = arena.allocate(CONTROL_SPACE, 8);
            MemorySegment header = header(arena, data, limit, control, CONTROL_SPACE);
            int count = (int) RECEIVE.callLong(socket, header.address(), CLOSE_ON_EXEC);
            byte[] bytes = new byte[count];
            MemorySegment.copy(data, ValueLayout.JAVA_BYTE, 0, bytes, 0, count);
            return new Received(bytes, descriptor(header, control));
        }
    }

    private static OptionalInt descriptor(MemorySegment header, MemorySegment control) {
        boolean rights = header.get(ValueLayout.JAVA_LONG, 40) >= CONTROL_LENGTH
                && control.get(ValueLayout.JAVA_INT, 8) == SOCKET_LEVEL
                && control.get(ValueLayout.JAVA_INT, 12) == RIGHTS;
        return rights ? OptionalInt.of(control.get(ValueLayout.JAVA_INT, CONTROL_HEADER)) : OptionalInt.empty();
    }

    private static MemorySegment header(Arena arena, MemorySegment data, int length, MemorySegment control, int space) {
        MemorySegment vector = arena.allocate(16, 8);
        vector.set(ValueLayout.JAVA_LONG, 0, data.address());
        vector.set(ValueLayout.JAVA_LONG, 8, length);
        MemorySegment header = arena.allocate(MESSAGE_HEADER, 8);
        header.set(ValueLayout.JAVA_LONG, 16, vector.address());
        header.set(ValueLayout.JAVA_LONG, 24, 1);
        header.set(ValueLayout.JAVA_LONG, 32, space == 0 ? 0 : control.address());
        header.set(ValueLayout.JAVA_LONG, 40, space);
        return header;
    }

    /** Bytes from an offset on; for what a short send left over. */
    public static byte[] rest(byte[] bytes, int offset) {
        return Arrays.copyOfRange(bytes, offset, bytes.length);
    }
}
