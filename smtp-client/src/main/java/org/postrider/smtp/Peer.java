package org.postrider.smtp;

/**
 * The server of a session, as it is written.
 *
 * @param host its name as MX record or configuration gave it; our own on a Unix-domain socket
 * @param address its address, or the socket's path
 * @param port 0 on a Unix-domain socket
 */
record Peer(String host, String address, int port) {
    /** {@code mx.example.org[192.0.2.1]}. */
    String nameAndAddress() {
        return host + "[" + address + "]";
    }

    /** What stands behind {@code relay=}: with the port, if there is one. */
    String relay() {
        return port == 0 ? nameAndAddress() : nameAndAddress() + ":" + port;
    }
}
