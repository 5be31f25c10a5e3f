package org.postrider.common.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.unix.Errors;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One byte-stream conversation over TCP or a Unix-domain socket. The conversation's virtual thread uses {@link #in()} and
 * {@link #out()}; any thread may {@link #close()} or {@link #abort()}, which wakes a waiting reader or writer.
 *
 * <p>The peer closing its sending side shows as the end of {@link #in()}; replies can still be written.
 */
public final class Connection implements Closeable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final Channel channel;
    private final ConnectionInput in;
    private final ConnectionOutput out;

    Connection(Channel channel) {
        this.channel = channel;
        this.in = new ConnectionInput(new WaitPoint(channel.eventLoop()), channel.config()::setAutoRead);
        this.out = new ConnectionOutput(new WaitPoint(channel.eventLoop()), channel);
        channel.pipeline().addLast(new Bytes());
    }

    /**
     * Starts the conversation's virtual thread.
     *
     * @param onLoop whether the thread may be carried by the event loop: while the conversation holds its thread, with a file,
     *            a foreign call or a long computation, all others of the same loop wait
     */
    public void start(String name, boolean onLoop, Runnable conversation) {
        Thread thread = onLoop
                ? LoopThreads.unstarted(channel.eventLoop(), name, conversation)
                : Thread.ofVirtual().name(name).unstarted(conversation);
        thread.start();
    }

    /** What the peer sends. */
    public ConnectionInput in() {
        return in;
    }

    /** What the peer gets; flush it. */
    public ConnectionOutput out() {
        return out;
    }

    /** Sets the limit of one wait, reading or writing; zero means for ever. */
    public void timeout(Duration timeout) {
        in.timeout(timeout);
        out.timeout(timeout);
    }

    /** The peer's TCP address; empty on a Unix-domain socket. */
    public Optional<InetSocketAddress> remoteAddress() {
        return inet(channel.remoteAddress());
    }

    /** Our own TCP address; empty on a Unix-domain socket. */
    public Optional<InetSocketAddress> localAddress() {
        return inet(channel.localAddress());
    }

    private static Optional<InetSocketAddress> inet(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? Optional.of(inet) : Optional.empty();
    }

    /**
     * Speaks TLS from here on. What is written and not yet flushed, the reply that says go ahead, goes out in the clear before it; what
     * the peer has sent ahead of that reply is thrown away, as it came in the clear. Without such a reply what the peer has
     * sent, and was not read, is the beginning of its handshake.
     *
     * @param limit for the whole handshake
     * @throws IOException when the handshake fails or takes too long; the connection is then closed
     */
    public TlsSession startTls(TlsContext context, Duration limit) throws IOException {
        return startTls(context, Optional.empty(), limit);
    }

    /** The same for a client, which calls the server by this name. What the server has sent ahead breaks the handshake. */
    public TlsSession startTls(TlsContext context, TlsServerName server, Duration limit) throws IOException {
        return startTls(context, Optional.of(server), limit);
    }

    private TlsSession startTls(TlsContext context, Optional<TlsServerName> server, Duration limit)
            throws IOException {
        boolean replyFirst = out.pending() > 0;
        byte[] unread = Arrays.copyOfRange(in.window(), in.position(), in.limit());
        in.skipTo(in.limit());
        TlsLayer layer = TlsLayer.install(channel, context, server, replyFirst, () -> {
            List<byte[]> ahead = in.takeAll();
            if (replyFirst) {
                return List.of();
            }
            ahead.addFirst(unread);
            return ahead;
        }, in::hasEnded);
        out.flush();
        return layer.handshake(limit);
    }

    /** Who the peer is; empty on TCP or when the kernel does not tell. */
    public Optional<PeerCredentials> peer() {
        if (!(channel instanceof EpollDomainSocketChannel unix)) {
            return Optional.empty();
        }
        try {
            var credentials = unix.peerCredentials();
            int gid = credentials.gids().length > 0 ? credentials.gids()[0] : -1;
            return Optional.of(new PeerCredentials(credentials.pid(), credentials.uid(), gid));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** False once either side has closed the connection for good. */
    public boolean isOpen() {
        return channel.isActive();
    }

    /** Sends what was written, waits a bounded time until the kernel has it, and closes. */
    @Override
    public void close() {
        try {
            if (channel.isActive()) {
                out.drain(CLOSE_LIMIT);
            }
        } catch (IOException _) {
            // The peer is gone or does not read: nothing more can be told to it.
        } finally {
            out.discard();
            ChannelFuture _ = channel.close();
        }
    }

    /** Closes at once; what was written and not yet sent is lost. May be called from any thread. */
    public void abort() {
        ChannelFuture _ = channel.close();
    }

    /** A connection that the peer has broken is told apart from rubbish that came over it. */
    private static IOException failure(Throwable cause) {
        if (cause instanceof Errors.NativeIoException broken) {
            SocketException plain = new SocketException(broken.getMessage());
            plain.initCause(broken);
            return plain;
        }
        return cause instanceof IOException io ? io : new IOException(cause);
    }

    /** The failure for the thread that meets it, with that thread's stack. */
    static IOException thrown(IOException failure) {
        IOException fresh = failure instanceof SocketException
                ? new SocketException(failure.getMessage())
                : new IOException(failure.getMessage());
        fresh.initCause(failure);
        return fresh;
    }

    /** Runs on the event loop: moves bytes into the bounded input and reports ends and failures to both sides. */
    private final class Bytes extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf buffer = (ByteBuf) message;
            try {
                byte[] bytes = new byte[buffer.readableBytes()];
                buffer.readBytes(bytes);
                in.offer(bytes);
            } finally {
                buffer.release();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
                in.end();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            in.end();
            out.end();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            out.writabilityChanged();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            IOException failure = failure(cause);
            in.fail(failure);
            out.fail(failure);
            ChannelFuture _ = channel.close();
        }
    }
}
