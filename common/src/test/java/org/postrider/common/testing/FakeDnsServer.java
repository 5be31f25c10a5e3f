package org.postrider.common.testing;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * A DNS server on a loopback address, UDP and TCP on one port, that answers from a {@link DnsZone} as a recursive server would: with
 * the chain of aliases, NXDOMAIN for names it doesn't have, an SOA beside every negative answer. One virtual thread per
 * question. Run by scripts as {@code FakeDnsServer PORT ZONEFILE}; it reads the file again when it has changed.
 */
public final class FakeDnsServer implements AutoCloseable {
    private static final int UDP_LIMIT = 512;

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final List<String> questions = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile DnsZone zone;

    private FakeDnsServer(InetSocketAddress address, DnsZone zone) throws IOException {
        this.zone = zone;
        this.tcp = new ServerSocket(address.getPort(), 50, address.getAddress());
        this.udp = new DatagramSocket(new InetSocketAddress(address.getAddress(), tcp.getLocalPort()));
        Thread.ofPlatform().daemon().name("dns udp").start(this::serveUdp);
        Thread.ofPlatform().daemon().name("dns tcp").start(this::serveTcp);
    }

    /** Starts on a free port. */
    public static FakeDnsServer start(String zoneText) {
        return start(0, DnsZone.parse(zoneText));
    }

    /** Starts on that port, 0 for a free one. */
    public static FakeDnsServer start(int port, DnsZone zone) {
        return start(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), zone);
    }

    /** Starts on that loopback address and port, 0 for a free one. */
    public static FakeDnsServer start(InetSocketAddress address, DnsZone zone) {
        IOException last = new IOException("no port");
        for (int attempt = 0; attempt < 20; attempt++) {
            try {
                return new FakeDnsServer(address, zone);
            } catch (IOException taken) {
                last = taken;
            }
        }
        throw new UncheckedIOException(last);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path file = Path.of(arguments[1]);
        try (FakeDnsServer server = start(Integer.parseInt(arguments[0]), read(file))) {
            System.out.println("dns_resolver_address = " + server.address());
            long modified = Files.getLastModifiedTime(file).toMillis();
            while (!server.closed.await(500, TimeUnit.MILLISECONDS)) {
                long now = Files.exists(file) ? Files.getLastModifiedTime(file).toMillis() : modified;
                if (now != modified) {
                    modified = now;
                    server.zone(read(file));
                }
            }
        }
    }

    private static DnsZone read(Path file) throws IOException {
        return DnsZone.parse(Files.readString(file, StandardCharsets.ISO_8859_1));
    }

    /** As {@code dns_resolver_address} wants it. */
    public String address() {
        return tcp.getInetAddress().getHostAddress() + ":" + port();
    }

    public int port() {
        return tcp.getLocalPort();
    }

    /** Replaces everything the server knows. */
    public void zone(DnsZone changed) {
        zone = changed;
    }

    /** What was asked so far: {@code udp example.org. MX}. */
    public List<String> questions() {
        return List.copyOf(questions);
    }

    @Override
    public void close() {
        closed.countDown();
        udp.close();
        try {
            tcp.close();
        } catch (IOException ignored) {
            throw new UncheckedIOException(ignored);
        }
    }

    private void serveUdp() {
        while (!udp.isClosed()) {
            DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
            try {
                udp.receive(packet);
                Thread.startVirtualThread(() -> answerUdp(packet));
            } catch (IOException _) {
                // Closed, or a port-unreachable of an asker that has gone.
            }
        }
    }

    private void answerUdp(DatagramPacket packet) {
        byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
        try {
            byte[] reply = reply(query, true);
            if (reply != null) {
                udp.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
            }
        } catch (IOException _) {
            // The asker has gone, or sent no DNS message.
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try {
                Socket socket = tcp.accept();
                Thread.startVirtualThread(() -> answerTcp(socket));
            } catch (IOException _) {
                // Closed.
            }
        }
    }

    private void answerTcp(Socket socket) {
        try (socket;
                DataInputStream in = new DataInputStream(socket.getInputStream());
                DataOutputStream out = new DataOutputStream(socket.getOutputStream())) {
            while (true) {
                byte[] query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                byte[] reply = reply(query, false);
                if (reply == null) {
                    return;
                }
                byte[] framed = new byte[reply.length + 2];
                framed[0] = (byte) (reply.length >> 8);
                framed[1] = (byte) reply.length;
                System.arraycopy(reply, 0, framed, 2, reply.length);
                out.write(framed);
                out.flush();
            }
        } catch (IOException _) {
            // The asker has gone.
        }
    }

    private byte @Nullable [] reply(byte[] query, boolean overUdp) throws IOException {
        Message question = new Message(query);
        Record asked = question.getQuestion();
        DnsZone known = zone;
        questions.add((overUdp ? "udp " : "tcp ") + asked.getName() + " " + Type.string(asked.getType()));
        DnsZone.Conduct conduct = known.conduct(asked.getName());
        if (conduct.silent() || !delay(conduct.delayMillis())) {
            return null;
        }
        Message reply = new Message(question.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setFlag(Flags.RD);
        reply.getHeader().setFlag(Flags.RA);
        reply.addRecord(asked, Section.QUESTION);
        if (conduct.servfail() || conduct.refused()) {
            reply.getHeader().setRcode(conduct.servfail() ? Rcode.SERVFAIL : Rcode.REFUSED);
            return reply.toWire();
        }
        if (conduct.truncate() && overUdp) {
            reply.getHeader().setFlag(Flags.TC);
            return reply.toWire();
        }
        fill(reply, known, asked);
        return overUdp ? reply.toWire(UDP_LIMIT) : reply.toWire();
    }

    /** False when the server was closed meanwhile. */
    private boolean delay(long millis) {
        try {
            return millis == 0 || !closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void fill(Message reply, DnsZone known, Record asked) throws IOException {
        Name name = asked.getName();
        boolean found = false;
        for (int aliases = 0; aliases < 12; aliases++) {
            if (!known.has(name)) {
                reply.getHeader().setRcode(Rcode.NXDOMAIN);
                break;
            }
            Name next = null;
            for (Record entry : known.records(name)) {
                boolean alias = entry.getType() == Type.CNAME && asked.getType() != Type.CNAME;
                if (alias || entry.getType() == asked.getType() || asked.getType() == Type.ANY) {
                    reply.addRecord(entry, Section.ANSWER);
                    found |= !alias;
                    next = alias ? ((CNAMERecord) entry).getTarget() : next;
                }
            }
            if (next == null) {
                break;
            }
            name = next;
        }
        if (!found) {
            Name root = Name.root;
            reply.addRecord(new SOARecord(root, DClass.IN, 5, root, root, 1, 60, 60, 60, 5), Section.AUTHORITY);
        }
    }
}
