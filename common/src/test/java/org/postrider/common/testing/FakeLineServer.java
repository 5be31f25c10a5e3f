package org.postrider.common.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server on a TCP port of loopback that reads lines; each client has a thread. */
public final class FakeLineServer implements AutoCloseable {
    /** Speaks with one client until it goes. */
    @FunctionalInterface
    public interface Conversation {
        void serve(BufferedReader in, OutputStream out) throws IOException;
    }

    private final ServerSocket server;
    private final Conversation conversation;

    public FakeLineServer(Conversation conversation) throws IOException {
        this.conversation = conversation;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    /** As the parameters of smtpd want it. */
    public String address() {
        return "inet:127.0.0.1:" + server.getLocalPort();
    }

    /** The port of it. */
    public int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.startVirtualThread(() -> serve(socket));
            } catch (IOException _) {
                // Closed.
            }
        }
    }

    private void serve(Socket connection) {
        try (connection;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1))) {
            conversation.serve(in, connection.getOutputStream());
        } catch (IOException _) {
            // The client has gone.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
