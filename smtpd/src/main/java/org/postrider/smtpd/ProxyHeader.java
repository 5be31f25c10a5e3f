package org.postrider.smtpd;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.postrider.common.wire.ByteWindow;

/**
 * What a proxy says about the connection that it passes on: HAProxy's PROXY protocol, versions 1 (a line of text) and 2 (binary).
 *
 * @param client empty when the proxy speaks for itself
 * @param server the address that the client connected to
 */
record ProxyHeader(Optional<InetSocketAddress> client, Optional<InetSocketAddress> server) {
    private static final ProxyHeader NOT_PROXIED = new ProxyHeader(Optional.empty(), Optional.empty());
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final int LONGEST_LINE = 107;
    private static final int LONGEST_BODY = 2048;
    private static final int HEADER = 16;

    /**
     * Reads the header, and nothing behind it.
     *
     * @throws IOException when it is none, or the peer leaves, or is too slow
     */
    static ProxyHeader read(ByteWindow in) throws IOException {
        byte first = next(in);
        return first == SIGNATURE[0] ? binary(in) : text(in, first);
    }

    private static byte next(ByteWindow in) throws IOException {
        if (!in.fill()) {
            throw new EOFException("lost connection");
        }
        byte b = in.window()[in.position()];
        in.skipTo(in.position() + 1);
        return b;
    }

    private static ProxyHeader text(ByteWindow in, byte first) throws IOException {
        StringBuilder line = new StringBuilder();
        for (byte b = first; b != '\n'; b = next(in)) {
            line.append((char) (b & 0xff));
            if (line.length() > LONGEST_LINE) {
                throw new IOException("short protocol header");
            }
        }
        String[] words = line.toString().strip().split(" ", -1);
        if (!words[0].equals("PROXY") || words.length < 2) {
            throw new IOException("unexpected protocol header");
        }
        if (words[1].equals("UNKNOWN")) {
            return NOT_PROXIED;
        }
        boolean good = words.length == 6 && (words[1].equals("TCP4") || words[1].equals("TCP6"))
                && HeloRestrictions.validAddress(words[2]) && HeloRestrictions.validAddress(words[3])
                && Forwarded.isPort(words[4]) && Forwarded.isPort(words[5])
                && words[1].equals("TCP6") == words[2].indexOf(':') >= 0;
        if (!good) {
            throw new IOException("unexpected protocol header");
        }
        return new ProxyHeader(
                Optional.of(end(InetAddress.ofLiteral(words[2]), Integer.parseInt(words[4]))),
                Optional.of(end(InetAddress.ofLiteral(words[3]), Integer.parseInt(words[5]))));
    }

    private static ProxyHeader binary(ByteWindow in) throws IOException {
        byte[] head = new byte[HEADER];
        head[0] = SIGNATURE[0];
        for (int i = 1; i < HEADER; i++) {
            head[i] = next(in);
        }
        int length = ((head[14] & 0xff) << 8) | (head[15] & 0xff);
        if (!Arrays.equals(head, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length) || (head[12] & 0xf0) != 0x20
                || length > LONGEST_BODY) {
            throw new IOException("unexpected protocol header");
        }
        byte[] body = new byte[length];
        for (int i = 0; i < length; i++) {
            body[i] = next(in);
        }
        if ((head[12] & 0x0f) == 0) {
            return NOT_PROXIED;
        }
        int size = switch (head[13]) {
            case 0x11 -> 4;
            case 0x21 -> 16;
            default -> throw new IOException("unsupported transport protocol");
        };
        if ((head[12] & 0x0f) != 1 || length < 2 * size + 4) {
            throw new IOException("unexpected protocol header");
        }
        return new ProxyHeader(Optional.of(end(body, 0, size, 2 * size)),
                Optional.of(end(body, size, size, 2 * size + 2)));
    }

    private static InetSocketAddress end(byte[] body, int at, int size, int port) throws IOException {
        return end(InetAddress.getByAddress(Arrays.copyOfRange(body, at, at + size)),
                ((body[port] & 0xff) << 8) | (body[port + 1] & 0xff));
    }

    private static InetSocketAddress end(InetAddress address, int port) {
        return new InetSocketAddress(OwnAddresses.plain(address), port);
    }
}
