package org.postrider.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Ports on which nobody listens, for services of a test. Test processes that run side by side have a range each, and all are below the
 * ports that Linux gives to clients (ip_local_port_range), so that nobody takes a port before its service does.
 */
final class Ports {
    private static final int LOWEST = 10_000;
    private static final int HIGHEST = 30_000;
    private static final int RANGE = 1000;

    /** A range belongs to the process that listens on its first port. */
    private static final ServerSocket CLAIM = claim();

    private static int last = CLAIM.getLocalPort();

    private Ports() {}

    private static ServerSocket claim() {
        for (int first = LOWEST; first < HIGHEST; first += RANGE) {
            try {
                return listen(first);
            } catch (BindException _) {
                // Another process has it.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("no range of ports is left");
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    /** Another one at each call, until all of the range were given. */
    static synchronized int free() throws IOException {
        while (true) {
            last = last + 1 < CLAIM.getLocalPort() + RANGE ? last + 1 : CLAIM.getLocalPort() + 1;
            try (ServerSocket _ = listen(last)) {
                return last;
            } catch (BindException _) {
                // Somebody else's: the next.
            }
        }
    }
}
