package org.postrider.smtpd;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server on a TCP port of loopback that reads lines; each client has a thread. */
abstract class FakeLineServer implements AutoCloseable {
    private final ServerSocket server;

    FakeLineServer() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    /** As the parameters of smtpd want it. */
    final String address() {
        return "inet:127.0.0.1:" + server.getLocalPort();
    }

    /** Speaks with one client until it goes. */
    protected abstract void serve(BufferedReader in, OutputStream out) throws IOException;

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
            serve(in, connection.getOutputStream());
        } catch (IOException _) {
            // The client has gone.
        }
    }

    @Override
    public final void close() throws IOException {
        server.close();
    }
}
