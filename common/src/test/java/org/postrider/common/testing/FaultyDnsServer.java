package org.postrider.common.testing;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A DNS server, UDP only, on a loopback address, that can't be trusted: every question gets the same kind of bad answer. */
public final class FaultyDnsServer implements AutoCloseable {
    /** What is wrong with its answers. */
    public enum Fault {
        /** None comes. */
        SILENT,
        /** Nobody listens. */
        GONE, SERVFAIL, REFUSED, FORMERR,
        /** No DNS message. */
        GARBAGE,
        /** A packet without bytes. */
        EMPTY,
        /** The question's first bytes. */
        CUT_SHORT,
        /** An answer to another question's number. */
        OTHER_NUMBER,
        /** An answer to a question about another name. */
        OTHER_QUESTION,
        /** The question, as if it were an answer's. */
        ECHO,
        /** The rest is to be had by TCP, where nobody listens. */
        TRUNCATED,
        /** The name is an alias of itself. */
        OWN_ALIAS,
        /** The name is an alias of another name, and that one of it. */
        ALIASES_IN_A_CIRCLE,
        /** Every name is an alias of the next one. */
        ALIASES_WITHOUT_END
    }

    private static final int PACKET = 4096;

    private final DatagramSocket socket;
    private final InetSocketAddress address;
    private final Fault fault;
    private final AtomicInteger asked = new AtomicInteger();

    public FaultyDnsServer(Fault fault) throws IOException {
        this.fault = fault;
        this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        this.address = (InetSocketAddress) socket.getLocalSocketAddress();
        Thread.ofPlatform().daemon().name("faulty dns").start(this::serve);
    }

    public InetSocketAddress address() {
        return address;
    }

    /** How many questions have come. */
    public int asked() {
        return asked.get();
    }

    private void serve() {
        if (fault == Fault.GONE) {
            socket.close();
        }
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(new byte[PACKET], PACKET);
            try {
                socket.receive(packet);
                asked.incrementAndGet();
                byte[] reply = reply(Arrays.copyOf(packet.getData(), packet.getLength()));
                if (fault != Fault.SILENT) {
                    socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
                }
            } catch (IOException _) {
                // Closed, or the asker has gone.
            }
        }
    }

    private byte[] reply(byte[] query) throws IOException {
        Message question = new Message(query);
        Message reply = new Message(question.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setFlag(Flags.RA);
        Record asked = question.getQuestion();
        Name other = Name.fromString("other.example.");
        reply.addRecord(asked, Section.QUESTION);
        switch (fault) {
            case SERVFAIL -> reply.getHeader().setRcode(Rcode.SERVFAIL);
            case REFUSED -> reply.getHeader().setRcode(Rcode.REFUSED);
            case FORMERR -> reply.getHeader().setRcode(Rcode.FORMERR);
            case TRUNCATED -> reply.getHeader().setFlag(Flags.TC);
            case OTHER_NUMBER -> reply.getHeader().setID(question.getHeader().getID() ^ 1);
            case OTHER_QUESTION -> {
                reply.removeAllRecords(Section.QUESTION);
                reply.addRecord(Record.newRecord(other, asked.getType(), DClass.IN), Section.QUESTION);
                reply.addRecord(new ARecord(other, DClass.IN, 60, InetAddress.getLoopbackAddress()), Section.ANSWER);
            }
            case OWN_ALIAS -> alias(reply, asked.getName(), asked.getName());
            case ALIASES_IN_A_CIRCLE -> {
                alias(reply, asked.getName(), other);
                alias(reply, other, asked.getName());
            }
            case ALIASES_WITHOUT_END -> alias(reply, asked.getName(), Name.fromString("n" + this.asked + ".example."));
            case GARBAGE -> {
                byte[] garbage = new byte[200];
                Arrays.fill(garbage, (byte) 0xc1);
                garbage[0] = query[0];
                garbage[1] = query[1];
                return garbage;
            }
            case EMPTY -> {
                return new byte[0];
            }
            case CUT_SHORT -> {
                return Arrays.copyOf(query, 14);
            }
            case ECHO -> {
                return query;
            }
            case SILENT, GONE -> {
                // Sends nothing.
            }
        }
        return reply.toWire();
    }

    private static void alias(Message reply, Name from, Name to) {
        reply.addRecord(new CNAMERecord(from, DClass.IN, 60, to), Section.ANSWER);
    }

    @Override
    public void close() {
        socket.close();
    }
}
