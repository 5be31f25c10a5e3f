package org.postrider.common.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLEngine;

/**
 * Reads the beginning of a handshake on its way to the library of TLS, and keeps what the client says of itself. Nothing
 * is held back or changed: the library has the message's end after this has. Leaves the pipeline when it knows enough.
 */
final class HelloWatch extends ChannelInboundHandlerAdapter {
    /** BoringSSL takes no longer message from a client that it does not know yet. */
    private static final int MOST = 1 << 14;
    private static final int RECORD_HEADER = 5;
    private static final int MESSAGE_HEADER = 4;
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;

    private final SSLEngine engine;
    private final ClientHellos heard;
    private final byte[] header = new byte[RECORD_HEADER];
    private int inHeader;
    private int leftOfRecord;
    private byte[] message = new byte[MESSAGE_HEADER];
    private int inMessage;

    HelloWatch(SSLEngine engine, ClientHellos heard) {
        this.engine = engine;
        this.heard = heard;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes && isDone(bytes)) {
            context.pipeline().remove(this);
        }
        context.fireChannelRead(message);
    }

    /** False while more is needed. */
    private boolean isDone(ByteBuf bytes) {
        for (int at = bytes.readerIndex(); at < bytes.writerIndex(); at++) {
            boolean done = leftOfRecord == 0 ? isNoHandshake(bytes.getByte(at)) : isLast(bytes.getByte(at));
            if (done) {
                return true;
            }
        }
        return false;
    }

    /** Takes a byte of a record's header; true when what begins is no part of a handshake. */
    private boolean isNoHandshake(byte next) {
        header[inHeader] = next;
        inHeader++;
        if (inHeader < RECORD_HEADER) {
            return false;
        }
        inHeader = 0;
        leftOfRecord = ByteBuffer.wrap(header).getShort(RECORD_HEADER - Short.BYTES) & 0xffff;
        return header[0] != HANDSHAKE || leftOfRecord == 0;
    }

    /** Takes a byte of the message; true when it was the last one, or the message is not the one that is looked for. */
    private boolean isLast(byte next) {
        leftOfRecord--;
        message[inMessage] = next;
        inMessage++;
        if (inMessage < message.length) {
            return false;
        }
        if (inMessage > MESSAGE_HEADER) {
            Optional<ClientHello> hello = ClientHello
                    .parse(Arrays.copyOfRange(message, MESSAGE_HEADER, message.length));
            hello.ifPresent(known -> heard.keep(engine, known));
            return true;
        }
        int length = ByteBuffer.wrap(message).getInt() & 0xffffff;
        message = Arrays.copyOf(message, MESSAGE_HEADER + Math.min(length, MOST));
        return message[0] != CLIENT_HELLO || length == 0 || length > MOST;
    }
}
