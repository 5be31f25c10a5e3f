package org.postrider.smtpd;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
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
    /** In a line: the word PROXY, the protocol, two addresses, two ports. */
    private static final int WORDS = 6;

    /**
     * Reads the header, and nothing behind it.
     *
     * @throws IOException when it is none, or the peer leaves, or is too slow; says why in Postfix's words
     */
    static ProxyHeader read(ByteWindow in) throws IOException {
        byte first = next(in);
        return first == SIGNATURE[0] ? binary(in) : text(in, first);
    }

    private static byte next(ByteWindow in) throws IOException {
        if (!in.fill()) {
            throw new EOFException("EOF");
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
                throw bad("missing protocol header terminator", line);
            }
        }
        String text = line.toString();
        require(text.startsWith("PROXY "), "unrecognized protocol header", line);
        // A missing word is an empty one, which is no good as any of them; more words than these do no harm.
        String[] words = Arrays.copyOf(text.strip().split(" +"), WORDS);
        List<String> known = Stream.of(words).map(word -> Objects.requireNonNullElse(word, "")).toList();
        boolean six = known.get(1).equals("TCP6");
        require(six || known.get(1).equals("TCP4"), "bad or missing protocol type", line);
        require(isAddress(known.get(2), six), "bad or missing client address", line);
        require(isAddress(known.get(3), six), "bad or missing server address", line);
        require(isPort(known.get(4)), "bad or missing client port", line);
        require(isPort(known.get(5)), "bad or missing server port", line);
        return new ProxyHeader(
                Optional.of(end(InetAddress.ofLiteral(known.get(2)), Integer.parseInt(known.get(4)))),
                Optional.of(end(InetAddress.ofLiteral(known.get(3)), Integer.parseInt(known.get(5)))));
    }

    private static boolean isAddress(String text, boolean six) {
        return HeloRestrictions.validAddress(text) && six == text.indexOf(':') >= 0;
    }

    private static boolean isPort(String text) {
        return Forwarded.isPort(text) && (text.length() == 1 || text.charAt(0) != '0');
    }

    private static void require(boolean good, String otherwise, CharSequence header) throws IOException {
        if (!good) {
            throw bad(otherwise, header);
        }
    }

    private static IOException bad(String reason, CharSequence header) {
        return new IOException(reason + ": " + SyntaxText.escaped(header.toString()));
    }

    private static ProxyHeader binary(ByteWindow in) throws IOException {
        byte[] head = new byte[HEADER];
        head[0] = SIGNATURE[0];
        for (int i = 1; i < HEADER; i++) {
            head[i] = next(in);
        }
        int length = ((head[14] & 0xff) << 8) | (head[15] & 0xff);
        String text = new String(head, StandardCharsets.ISO_8859_1);
        require(Arrays.equals(head, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length),
                "unrecognized protocol header", text);
        require((head[12] & 0xf0) == 0x20, "unrecognized protocol version", text);
        require((head[12] & 0x0f) <= 1, "bad command in proxy header", text);
        require(length <= LONGEST_BODY, "short version 2 protocol header", text);
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
            default -> throw bad("unsupported network protocol", text);
        };
        require(length >= 2 * size + 4, "short address field", text);
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
