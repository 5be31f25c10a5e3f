package org.postrider.common.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/** Socket addresses in the kernel's layout: sockaddr_in, sockaddr_in6, sockaddr_un. */
final class SocketAddresses {
    static final int UNIX = 1;
    static final int INET = 2;
    static final int INET6 = 10;
    static final int LONGEST = 128;
    private static final int LONGEST_PATH = 107;

    private SocketAddresses() {}

    /** @param path a file name, or a name that begins with {@code @} in Linux's abstract space */
    static MemorySegment unix(Arena arena, String path) throws PosixException {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length > LONGEST_PATH) {
            throw new PosixException("bind", 36);
        }
        boolean abstractName = name.length > 0 && name[0] == '@';
        MemorySegment address = arena.allocate(2L + name.length + (abstractName ? 0 : 1), 8);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) UNIX);
        MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
        if (abstractName) {
            address.set(ValueLayout.JAVA_BYTE, 2, (byte) 0);
        }
        return address;
    }

    static MemorySegment inet(Arena arena, InetSocketAddress to) {
        InetAddress host = to.getAddress();
        byte[] octets = host.getAddress();
        boolean six = host instanceof Inet6Address;
        MemorySegment address = arena.allocate(six ? 28 : 16, 8);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) (six ? INET6 : INET));
        address.set(ValueLayout.JAVA_BYTE, 2, (byte) (to.getPort() >> 8));
        address.set(ValueLayout.JAVA_BYTE, 3, (byte) to.getPort());
        MemorySegment.copy(octets, 0, address, ValueLayout.JAVA_BYTE, six ? 8 : 4, octets.length);
        if (six) {
            address.set(ValueLayout.JAVA_INT, 24, ((Inet6Address) host).getScopeId());
        }
        return address;
    }

    /** The TCP address in the segment. */
    static InetSocketAddress inet(MemorySegment address) throws PosixException {
        int family = address.get(ValueLayout.JAVA_SHORT, 0);
        if (family != INET && family != INET6) {
            throw new PosixException("getsockname", Errno.EAFNOSUPPORT);
        }
        int port = ((address.get(ValueLayout.JAVA_BYTE, 2) & 0xff) << 8)
                | (address.get(ValueLayout.JAVA_BYTE, 3) & 0xff);
        byte[] octets = new byte[family == INET6 ? 16 : 4];
        MemorySegment.copy(address, ValueLayout.JAVA_BYTE, family == INET6 ? 8 : 4, octets, 0, octets.length);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(octets), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + octets.length + " octets", e);
        }
    }
}
