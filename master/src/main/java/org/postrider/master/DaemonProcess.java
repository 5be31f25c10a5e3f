package org.postrider.master;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.postrider.common.daemon.ControlFrames;
import org.postrider.common.daemon.ControlMessage;
import org.postrider.common.posix.DescriptorPassing;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Errno;
import org.postrider.common.posix.Poll;
import org.postrider.common.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One child and master's end of its control channel. It is STARTING until it has said hello, SERVING until it says that it is
 * leaving (or is told to), then LEAVING until it is dead. What can't be sent at once waits here; master never blocks on a child.
 */
final class DaemonProcess {
    private static final Logger LOG = LoggerFactory.getLogger(DaemonProcess.class);
    /** How far the child is. */
    enum State {
        STARTING, SERVING, LEAVING
    }

    /** Bytes of a control message that the child has not taken yet, and the descriptor that goes with the first of them. */
    private static final class Outgoing {
        final byte[] bytes;
        final OptionalInt descriptor;

        Outgoing(byte[] bytes, OptionalInt descriptor) {
            this.bytes = bytes;
            this.descriptor = descriptor;
        }
    }

    private static final int NONE = -1;

    final int pid;
    final String path;
    final ProcessGroup group;
    final long started = System.nanoTime();
    /** Services that it serves or is to serve as soon as it has said hello, by identity. */
    final Set<String> services = new HashSet<>();
    private final ControlFrames frames = new ControlFrames();
    private final ArrayDeque<Outgoing> outgoing = new ArrayDeque<>();
    private State state = State.STARTING;
    private boolean everReady;
    private boolean told;
    private int socket = NONE;

    DaemonProcess(int pid, String path, ProcessGroup group) {
        this.pid = pid;
        this.path = path;
        this.group = group;
    }

    State state() {
        return state;
    }

    void leaving() {
        state = State.LEAVING;
    }

    /** True once some service could be opened: from then on a death is an accident and no reason to throttle. */
    boolean everReady() {
        return everReady;
    }

    void ready() {
        everReady = true;
    }

    /** True when it has been told to stop because the system stops. */
    boolean told() {
        return told;
    }

    void tell() {
        told = true;
    }

    /** The child has connected; what waited is sent. */
    void connected(int accepted) throws PosixException {
        socket = accepted;
        Descriptors.blocking(socket, false);
        if (state == State.STARTING) {
            state = State.SERVING;
        }
        flush();
    }

    /** The descriptor to poll, while there is one. */
    OptionalInt descriptor() {
        return socket == NONE ? OptionalInt.empty() : OptionalInt.of(socket);
    }

    int events() {
        return outgoing.isEmpty() ? Poll.READABLE : Poll.READABLE | Poll.WRITABLE;
    }

    /** Sends, now or as soon as the child has connected and reads. */
    void send(ControlMessage message, OptionalInt descriptor) {
        outgoing.add(new Outgoing(ControlFrames.bytes(message), own(descriptor)));
        flush();
    }

    /** A copy that stays what it is while the message waits, whatever a reload does to the listener meanwhile. */
    private static OptionalInt own(OptionalInt descriptor) {
        try {
            return descriptor.isPresent() ? OptionalInt.of(Descriptors.duplicate(descriptor.getAsInt())) : descriptor;
        } catch (PosixException e) {
            LOG.error("duplicate a listener's descriptor: {}", e.getMessage());
            return OptionalInt.empty();
        }
    }

    private void forgetOutgoing() {
        outgoing.forEach(one -> one.descriptor.ifPresent(Descriptors::close));
        outgoing.clear();
    }

    void send(ControlMessage message) {
        send(message, OptionalInt.empty());
    }

    /** Sends what waits, as far as the child takes it. */
    void flush() {
        while (socket != NONE && !outgoing.isEmpty()) {
            Outgoing first = outgoing.peek();
            try {
                int sent = DescriptorPassing.send(socket, first.bytes, first.descriptor);
                outgoing.remove();
                first.descriptor.ifPresent(Descriptors::close);
                if (sent < first.bytes.length) {
                    outgoing.addFirst(new Outgoing(DescriptorPassing.rest(first.bytes, sent), OptionalInt.empty()));
                }
            } catch (PosixException e) {
                if (e.errno() != Errno.EAGAIN) {
                    // It has gone; the end of its input and its exit status will tell.
                    forgetOutgoing();
                }
                return;
            }
        }
    }

    /**
     * Reads what there is.
     *
     * @return the messages; empty and {@link #descriptor} gone when the child has closed
     */
    List<ControlMessage> receive() {
        List<ControlMessage> messages = new ArrayList<>();
        try {
            while (socket != NONE) {
                DescriptorPassing.Received received = DescriptorPassing.receive(socket, frames.wanted());
                if (received.bytes().length == 0) {
                    disconnect();
                    return messages;
                }
                Optional<ControlFrames.Arrived> arrived = frames.take(received);
                arrived.ifPresent(one -> {
                    one.descriptor().ifPresent(Descriptors::close);
                    messages.add(one.message());
                });
            }
        } catch (PosixException e) {
            if (e.errno() != Errno.EAGAIN) {
                disconnect();
            }
        } catch (IOException e) {
            disconnect();
        }
        return messages;
    }

    /** Closes the control channel. */
    void disconnect() {
        if (socket != NONE) {
            Descriptors.close(socket);
            socket = NONE;
            frames.discard();
            forgetOutgoing();
        }
    }
}
