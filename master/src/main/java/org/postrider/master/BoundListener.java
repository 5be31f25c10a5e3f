package org.postrider.master;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.daemon.MailOwner;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.Inodes;
import org.postrider.common.posix.PosixException;
import org.postrider.common.posix.Sockets;

/** A listening descriptor that master keeps open as long as the service is configured; daemons get copies. */
final class BoundListener implements AutoCloseable {
    private static final int BACKLOG = 4096;

    private final ListenerAddress address;
    private final int descriptor;

    private BoundListener(ListenerAddress address, int descriptor) {
        this.address = address;
        this.descriptor = descriptor;
    }

    /**
     * Binds.
     *
     * @throws ConfigurationException in Postfix's words
     */
    static BoundListener bind(ListenerAddress address, MailOwner owner) {
        try {
            return new BoundListener(address, switch (address) {
                case ListenerAddress.Inet inet -> Sockets.listenInet(inet.address(), BACKLOG);
                case ListenerAddress.Unix unix -> {
                    Files.deleteIfExists(unix.path());
                    yield give(unix.path(), unix.mode(), owner, Sockets.listenUnix(unix.path(), BACKLOG));
                }
                case ListenerAddress.Datagram datagram -> {
                    Files.deleteIfExists(datagram.path());
                    yield give(datagram.path(), datagram.mode(), owner, Sockets.bindDatagram(datagram.path()));
                }
                case ListenerAddress.Fifo fifo -> {
                    Files.deleteIfExists(fifo.path());
                    Inodes.makeFifo(fifo.path(), fifo.mode());
                    yield give(fifo.path(), fifo.mode(), owner,
                            Inodes.open(fifo.path(), Inodes.READ_WRITE | Inodes.NON_BLOCKING, 0));
                }
            });
        } catch (IOException e) {
            throw new ConfigurationException("bind " + shown(address) + ": " + e.getMessage(), e);
        }
    }

    private static String shown(ListenerAddress address) {
        return address instanceof ListenerAddress.Inet(var inet)
                ? inet.getAddress().getHostAddress() + " port " + inet.getPort()
                : address.name();
    }

    private static int give(Path path, int mode, MailOwner owner, int descriptor) throws PosixException {
        try {
            Inodes.chmod(path, mode);
            if (owner.privileged()) {
                Inodes.chown(path, owner.uid(), owner.gid());
            }
            return descriptor;
        } catch (PosixException e) {
            Descriptors.close(descriptor);
            throw e;
        }
    }

    ListenerAddress address() {
        return address;
    }

    String name() {
        return address.name();
    }

    int descriptor() {
        return descriptor;
    }

    /** Closes, and takes the socket's name away. */
    @Override
    public void close() {
        Descriptors.close(descriptor);
        try {
            switch (address) {
                case ListenerAddress.Inet _ -> {
                }
                case ListenerAddress.Unix unix -> Files.deleteIfExists(unix.path());
                case ListenerAddress.Datagram datagram -> Files.deleteIfExists(datagram.path());
                case ListenerAddress.Fifo fifo -> Files.deleteIfExists(fifo.path());
            }
        } catch (IOException _) {
            // The next bind will say what is wrong.
        }
    }
}
