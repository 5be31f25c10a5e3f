package org.postrider.common.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A server that plays transcripts, one for each connection in the order of arrival. Lines of a transcript:
 *
 * <pre>
 * S: 220 mail.example ESMTP     send the line with CRLF
 * C: MAIL FROM:*                read a line; it must match, * stands for anything
 * D:                            read content up to the line that is one dot, keep it
 * X: close                      close the connection
 * X: reset                      close it hard, the peer sees a reset
 * X: stall                      say nothing until the test ends
 * X: end                        the peer must close now
 * </pre>
 *
 * <p>At the end of a transcript the connection is closed. What did not go as written is in {@link #problems()}.
 */
public final class ScriptedPeer implements AutoCloseable {
    private final ServerSocketChannel listener;
    private final List<String> scripts;
    private final List<String> problems = Collections.synchronizedList(new ArrayList<>());
    private final List<String> received = Collections.synchronizedList(new ArrayList<>());
    private final List<String> contents = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch played;
    private final CountDownLatch closed = new CountDownLatch(1);

    private ScriptedPeer(SocketAddress address, List<String> scripts) {
        this.scripts = scripts;
        this.played = new CountDownLatch(scripts.size());
        try {
            listener = address instanceof UnixDomainSocketAddress
                    ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                    : ServerSocketChannel.open();
            listener.bind(address);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Thread.ofPlatform().daemon().name("scripted peer").start(this::accept);
    }

    /** Listens on a free port of 127.0.0.1. */
    public static ScriptedPeer start(String... scripts) {
        return new ScriptedPeer(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), List.of(scripts));
    }

    /** Listens on 127.0.0.N, so that one port can have several hosts. */
    public static ScriptedPeer startAt(String address, int port, String... scripts) {
        return new ScriptedPeer(new InetSocketAddress(InetAddress.ofLiteral(address), port), List.of(scripts));
    }

    /** Listens on a Unix-domain socket. */
    public static ScriptedPeer startAt(Path socket, String... scripts) {
        return new ScriptedPeer(UnixDomainSocketAddress.of(socket), List.of(scripts));
    }

    public int port() {
        try {
            return ((InetSocketAddress) listener.getLocalAddress()).getPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Every line read by {@code C:}, over all connections. */
    public List<String> received() {
        return List.copyOf(received);
    }

    /** What each {@code D:} read, line ends as LF, dots unstuffed. */
    public List<String> contents() {
        return List.copyOf(contents);
    }

    /** Waits until every transcript has been played; then tells what went wrong. */
    public List<String> problems() {
        try {
            if (!played.await(60, TimeUnit.SECONDS)) {
                problems.add("transcripts not played: " + played.getCount());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return List.copyOf(problems);
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            listener.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void accept() {
        try {
            for (int i = 0;; i++) {
                SocketChannel channel = listener.accept();
                if (i >= scripts.size()) {
                    problems.add("unexpected connection " + (i + 1));
                    channel.close();
                    continue;
                }
                String script = scripts.get(i);
                Thread.startVirtualThread(() -> play(channel, script));
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private void play(SocketChannel channel, String script) {
        try (channel;
                InputStream in = new BufferedInputStream(Channels.newInputStream(channel));
                OutputStream out = Channels.newOutputStream(channel)) {
            for (String line : script.lines().map(String::strip).filter(text -> !text.isEmpty()).toList()) {
                if (!step(line, channel, in, out)) {
                    return;
                }
            }
        } catch (IOException failure) {
            problems.add("connection failed: " + failure.getMessage());
        } finally {
            played.countDown();
        }
    }

    private boolean step(String line, SocketChannel channel, InputStream in, OutputStream out) throws IOException {
        String text = line.length() > 3 ? line.substring(3) : "";
        switch (line.charAt(0)) {
            case 'S' -> out.write((text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            case 'C' -> expect(text, in);
            case 'D' -> contents.add(content(in));
            case 'X' -> {
                return action(text, channel, in);
            }
            default -> throw new IllegalArgumentException("bad transcript line: " + line);
        }
        return true;
    }

    private boolean action(String word, SocketChannel channel, InputStream in) throws IOException {
        switch (word) {
            case "close" -> {
                return false;
            }
            case "reset" -> {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                return false;
            }
            case "stall" -> {
                try {
                    closed.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
                return false;
            }
            case "end" -> {
                int next = in.read();
                if (next >= 0) {
                    problems.add("expected the end, got '" + (char) next + line(in) + "'");
                }
                return false;
            }
            default -> throw new IllegalArgumentException("bad transcript action: " + word);
        }
    }

    private void expect(String pattern, InputStream in) throws IOException {
        String line = line(in);
        received.add(line);
        StringBuilder expression = new StringBuilder();
        for (String part : pattern.split("\\*", -1)) {
            expression.append(expression.isEmpty() ? "" : ".*").append(Pattern.quote(part));
        }
        if (!line.matches(expression.toString())) {
            problems.add("expected '" + pattern + "', got '" + line + "'");
        }
    }

    private static String content(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (true) {
            String line = line(in);
            if (line.equals(".") || line.equals("<end>")) {
                return text.toString();
            }
            text.append(line.startsWith(".") ? line.substring(1) : line).append('\n');
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next < 0) {
                return line.isEmpty() ? "<end>" : line.toString();
            }
            if (next == '\n') {
                int last = line.length() - 1;
                return last >= 0 && line.charAt(last) == '\r' ? line.substring(0, last) : line + "<bare LF>";
            }
            line.append((char) next);
        }
    }
}
