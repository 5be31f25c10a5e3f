package org.postrider.tests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Phaser;

/** The next host, which puts off every second recipient, by lot, until it is told to take all; and keeps what it was given, in its order. */
final class FlakyNextHop implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final List<Long> times = new CopyOnWriteArrayList<>();
    private final Random random;
    private final Phaser held = new Phaser(1);
    private volatile boolean takesAll;
    private volatile boolean holds;

    FlakyNextHop(long seed) throws IOException {
        random = new Random(seed);
        Thread _ = Thread.ofPlatform().daemon().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Whole messages, in the order of their coming, dots and all. */
    List<String> taken() {
        return taken;
    }

    /** When the message of this number was there, by {@link System#nanoTime}. */
    long takenAt(int number) {
        return times.get(number);
    }

    void takeAll() {
        takesAll = true;
    }

    /** Answers to no content until {@link #release}. */
    void hold() {
        holds = true;
    }

    void release() {
        holds = false;
        int _ = held.arrive();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread _ = Thread.startVirtualThread(() -> serve(socket));
            } catch (IOException _) {
                // Closed, or the client has gone: the next one.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            OutputStream out = socket.getOutputStream();
            say(out, "220 flaky");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                switch (line.split("[ :]", 2)[0]) {
                    case "RCPT" -> say(out, takesAll || random.nextBoolean() ? "250 yes" : "450 4.2.0 not now");
                    case "DATA" -> {
                        say(out, "354 go on");
                        content(in);
                        if (holds) {
                            int _ = held.awaitAdvance(held.getPhase());
                        }
                        say(out, "250 taken");
                    }
                    case "QUIT" -> {
                        say(out, "221 bye");
                        return;
                    }
                    default -> say(out, "250 yes");
                }
            }
        } catch (IOException _) {
            // The client has gone.
        }
    }

    private void content(BufferedReader in) throws IOException {
        StringBuilder message = new StringBuilder();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals(".")) {
                times.add(System.nanoTime());
                taken.add(message.toString());
                return;
            }
            message.append(line).append('\n');
        }
        throw new IOException("cut short");
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
