package org.postrider.master;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.postrider.common.posix.Descriptors;
import org.postrider.common.posix.PosixException;
import org.postrider.common.posix.Sockets;

/** Tells the service manager how far we are, sd_notify(3): one datagram to $NOTIFY_SOCKET. Without the variable, nothing. */
final class SystemdNotice {
    private final String socket;

    SystemdNotice(Map<String, String> environment) {
        this.socket = environment.getOrDefault("NOTIFY_SOCKET", "");
    }

    void ready() {
        send("READY=1");
    }

    void reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1000);
    }

    void stopping() {
        send("STOPPING=1");
    }

    private void send(String state) {
        if (socket.isEmpty()) {
            return;
        }
        try {
            int descriptor = Sockets.unixDatagram();
            try {
                Sockets.sendTo(descriptor, state.getBytes(StandardCharsets.US_ASCII), socket);
            } finally {
                Descriptors.close(descriptor);
            }
        } catch (PosixException _) {
            // A manager that does not listen does not need to know.
        }
    }
}
