package org.postrider.common.log;

import java.io.IOException;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Errno;
import org.postrider.common.posix.PosixException;
import org.postrider.common.posix.Sockets;

/**
 * A Unix-domain datagram socket that somebody else reads, connected as soon as possible: the connection outlives a change of
 * the root directory, the path does not. When the reader has gone the path is tried once more. One thread.
 */
final class DatagramPath implements AutoCloseable {
    private static final int NONE = -1;

    private final String path;
    private int socket = NONE;

    DatagramPath(String path) {
        this.path = path;
        try {
            connect();
        } catch (PosixException _) {
            // Nobody reads yet; the first datagram tries again.
        }
    }

    private void connect() throws PosixException {
        int made = Sockets.unixDatagram();
        try {
            Sockets.connectUnix(made, path);
        } catch (PosixException e) {
            Descriptors.close(made);
            throw e;
        }
        close();
        socket = made;
    }

    /** Sends one datagram; waits while the reader is behind. */
    void send(byte[] datagram) throws IOException {
        if (socket != NONE) {
            try {
                Sockets.send(socket, datagram);
                return;
            } catch (PosixException e) {
                if (e.errno() != Errno.ECONNREFUSED && e.errno() != Errno.ENOTCONN) {
                    throw e;
                }
            }
        }
        connect();
        Sockets.send(socket, datagram);
    }

    @Override
    public void close() {
        if (socket != NONE) {
            Descriptors.close(socket);
            socket = NONE;
        }
    }
}
