package org.postrider.common.daemon;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.postrider.common.posix.DescriptorPassing;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Poll;
import org.postrider.common.posix.PosixException;
import org.postrider.common.posix.Sockets;

/** The daemon's end of the control channel. One platform thread receives; any thread sends. */
final class ControlChannel {
    private final int socket;
    private final ControlFrames frames = new ControlFrames();
    private final Object sending = new Object();
    private boolean deaf;

    private ControlChannel(int socket) {
        this.socket = socket;
    }

    /** Connects to master. */
    static ControlChannel connect(String path) throws PosixException {
        int socket = Sockets.unixStream();
        try {
            Sockets.connectUnix(socket, path);
            return new ControlChannel(socket);
        } catch (PosixException e) {
            Descriptors.close(socket);
            throw e;
        }
    }

    /** The next message; empty when master has closed the channel or died. Blocks. */
    Optional<ControlFrames.Arrived> receive() {
        try {
            while (true) {
                DescriptorPassing.Received received = DescriptorPassing.receive(socket, frames.wanted());
                if (received.bytes().length == 0) {
                    return Optional.empty();
                }
                Optional<ControlFrames.Arrived> arrived = frames.take(received);
                if (arrived.isPresent()) {
                    return arrived;
                }
            }
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /**
     * Waits for a message.
     *
     * @return true when {@link #receive} will not block for long
     */
    boolean await(Duration limit) {
        try {
            int watched = deaf ? -1 : socket;
            return Poll.await(new int[]{watched}, new int[]{Poll.READABLE}, (int) limit.toMillis())[0] != 0;
        } catch (PosixException e) {
            throw new IllegalStateException("poll: " + e.getMessage(), e);
        }
    }

    /** Master has gone: {@link #await} only waits from now on. */
    void deaf() {
        deaf = true;
    }

    /** Tells master. When master is gone nothing is to be told; the receiving thread finds out by itself. */
    void send(ControlMessage message) {
        byte[] bytes = ControlFrames.bytes(message);
        synchronized (sending) {
            try {
                while (bytes.length > 0) {
                    int sent = DescriptorPassing.send(socket, bytes, OptionalInt.empty());
                    bytes = DescriptorPassing.rest(bytes, sent);
                }
            } catch (PosixException _) {
                // See above.
            }
        }
    }
}
