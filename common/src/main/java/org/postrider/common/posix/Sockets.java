package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * Sockets as plain descriptors, closed at exec: the listeners that master binds and hands over, the control channel, datagrams
 * to syslog and systemd. Conversations use {@code wire} instead.
 */
public final class Sockets {
    private static final int STREAM = 1;
    private static final int DATAGRAM = 2;
    private static final int CLOSE_ON_EXEC = 0x80000;
    private static final int NO_SIGNAL = 0x4000;
    private static final int SOCKET_LEVEL = 1;
    private static final int REUSE_ADDRESS = 2;
    private static final int PEER_CREDENTIALS = 17;
    private static final int IPV6_LEVEL = 41;
    private static final int IPV6_ONLY = 26;
    private static final LibraryFunction SOCKET = new LibraryFunction("socket", 3);
    private static final LibraryFunction BIND = new LibraryFunction("bind", 3);
    private static final LibraryFunction LISTEN = new LibraryFunction("listen", 2);
    private static final LibraryFunction ACCEPT = new LibraryFunction("accept4", 4);
    private static final LibraryFunction CONNECT = new LibraryFunction("connect", 3);
    private static final LibraryFunction SET_OPTION = new LibraryFunction("setsockopt", 5);
    private static final LibraryFunction GET_OPTION = new LibraryFunction("getsockopt", 5);
    private static final LibraryFunction NAME = new LibraryFunction("getsockname", 3);
    private static final LibraryFunction SEND_TO = new LibraryFunction("sendto", 6);

    /** Who is at the other end of a Unix-domain socket, as the kernel knows it (SO_PEERCRED, unix(7)). */
    public record Peer(int pid, int uid, int gid) {}

    private Sockets() {}

    /** A new Unix-domain stream socket. */
    public static int unixStream() throws PosixException {
        return SOCKET.call(SocketAddresses.UNIX, STREAM | CLOSE_ON_EXEC, 0);
    }

    /** A new Unix-domain datagram socket. */
    public static int unixDatagram() throws PosixException {
        return SOCKET.call(SocketAddresses.UNIX, DATAGRAM | CLOSE_ON_EXEC, 0);
    }

    /** A TCP listener: the address may be in use by connections that are closing, and IPv6 does not take IPv4's clients. */
    public static int listenInet(InetSocketAddress address, int backlog) throws PosixException {
        boolean six = address.getAddress() instanceof Inet6Address;
        int socket = SOCKET.call(six ? SocketAddresses.INET6 : SocketAddresses.INET, STREAM | CLOSE_ON_EXEC, 0);
        try (Arena arena = Arena.ofConfined()) {
            option(socket, SOCKET_LEVEL, REUSE_ADDRESS, 1);
            if (six) {
                option(socket, IPV6_LEVEL, IPV6_ONLY, 1);
            }
            MemorySegment to = SocketAddresses.inet(arena, address);
            BIND.call(socket, to.address(), to.byteSize());
            LISTEN.call(socket, backlog);
            return socket;
        } catch (PosixException e) {
            Descriptors.close(socket);
            throw e;
        }
    }

    /** A Unix-domain stream listener at a path that must not exist. Its mode follows the umask. */
    public static int listenUnix(Path path, int backlog) throws PosixException {
        int socket = unixStream();
        try {
            bindUnix(socket, path);
            LISTEN.call(socket, backlog);
            return socket;
        } catch (PosixException e) {
            Descriptors.close(socket);
            throw e;
        }
    }

    /** A Unix-domain datagram receiver at a path that must not exist. */
    public static int bindDatagram(Path path) throws PosixException {
        int socket = unixDatagram();
        try {
            bindUnix(socket, path);
            return socket;
        } catch (PosixException e) {
            Descriptors.close(socket);
            throw e;
        }
    }

    private static void bindUnix(int socket, Path path) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = SocketAddresses.unix(arena, path.toString());
            BIND.call(socket, address.address(), address.byteSize());
        }
    }

    /** Accepts one connection. Throws EAGAIN when the listener does not block and nobody waits. */
    public static int accept(int listener) throws PosixException {
        return ACCEPT.call(listener, 0, 0, CLOSE_ON_EXEC);
    }

    /** Connects a Unix-domain socket; {@code @name} is in the abstract space. */
    public static void connectUnix(int socket, String path) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = SocketAddresses.unix(arena, path);
            CONNECT.call(socket, address.address(), address.byteSize());
        }
    }

    /**
     * Sends on a connected socket without SIGPIPE.
     *
     * @return bytes sent
     */
    public static int send(int socket, byte[] bytes) throws PosixException {
        return send(socket, bytes, 0, 0);
    }

    /** Sends one datagram to a path or an abstract {@code @name}. */
    public static void sendTo(int socket, byte[] datagram, String path) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = SocketAddresses.unix(arena, path);
            send(socket, datagram, address.address(), address.byteSize());
        }
    }

    private static int send(int socket, byte[] bytes, long address, long length) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.max(1, bytes.length));
            MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
            return (int) SEND_TO.callLong(socket, buffer.address(), bytes.length, NO_SIGNAL, address, length);
        }
    }

    /** Who is at the other end of a connected Unix-domain socket. */
    public static Peer peer(int socket) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment credentials = arena.allocate(ValueLayout.JAVA_INT, 3);
            MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, 12);
            GET_OPTION.call(socket, SOCKET_LEVEL, PEER_CREDENTIALS, credentials.address(), size.address());
            return new Peer(credentials.getAtIndex(ValueLayout.JAVA_INT, 0),
                    credentials.getAtIndex(ValueLayout.JAVA_INT, 1), credentials.getAtIndex(ValueLayout.JAVA_INT, 2));
        }
    }

    /** The own address of a TCP socket. */
    public static InetSocketAddress localAddress(int socket) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(SocketAddresses.LONGEST, 8);
            MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, SocketAddresses.LONGEST);
            NAME.call(socket, address.address(), size.address());
            return SocketAddresses.inet(address);
        }
    }

    private static void option(int socket, int level, int option, int value) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocateFrom(ValueLayout.JAVA_INT, value);
            SET_OPTION.call(socket, level, option, number.address(), Integer.BYTES);
        }
    }
}
