package org.postrider.local;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells comsat(8), who tells users that asked for it with {@code biff y}: one datagram {@code user@offset}. Nobody needs to
 * listen, and a delivery never fails because of it.
 */
record Comsat(InetSocketAddress server) implements NewMail {
    private static final Logger LOG = LoggerFactory.getLogger(Comsat.class);
    /** biff/udp of services(5), on this host. */
    static final InetSocketAddress DEFAULT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 512);

    @Override
    public void arrived(String user, long offset) {
        byte[] text = (user + "@" + offset).getBytes(StandardCharsets.ISO_8859_1);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(text, text.length, server));
        } catch (IOException e) {
            LOG.debug("biff_notify", e);
        }
    }
}
