package org.postrider.common.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The event loops of one process: makes connections and accepts them. One object a process, made in its main.
 */
public final class Network implements AutoCloseable {
    private static final int LARGEST_READ = 32 * 1024;

    private final LoopWatch watch = new LoopWatch();
    private final EventLoopGroup loops;

    /** @param threads event-loop threads; one is enough for all but the busiest daemons */
    public Network(int threads) {
        loops = new CarryingLoops(threads, watch);
        watch.start();
    }

    /**
     * Connects to a Unix-domain stream socket.
     *
     * @throws IOException with the system's reason, or {@link SocketTimeoutException} after the limit
     */
    public Connection connect(Path socket, Duration limit) throws IOException {
        Bootstrap bootstrap = new Bootstrap().channel(EpollDomainSocketChannel.class);
        return connect(bootstrap, new DomainSocketAddress(socket.toString()), null, limit);
    }

    /**
     * Connects by TCP.
     *
     * @param from the local address to bind first, if any; a BindException when that can't be
     */
    public Connection connect(InetSocketAddress to, Optional<InetSocketAddress> from, Duration limit)
            throws IOException {
        Bootstrap bootstrap = new Bootstrap().channel(EpollSocketChannel.class).option(ChannelOption.TCP_NODELAY, true);
        return connect(bootstrap, to, from.orElse(null), limit);
    }

    private Connection connect(Bootstrap bootstrap, SocketAddress to, @Nullable SocketAddress from, Duration limit)
            throws IOException {
        Fresh fresh = new Fresh(_ -> {
        });
        // The limit is the caller's; Netty's own of 30 seconds would cut longer ones short.
        EventLoop loop = LoopThreads.carrier().orElseGet(loops::next);
        bootstrap.group(loop).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(512, 2048, LARGEST_READ))
                .handler(fresh);
        ChannelFuture future = from == null ? bootstrap.connect(to) : bootstrap.connect(to, from);
        try {
            if (!new WaitPoint(loop).await(future, limit)) {
                ChannelFuture _ = future.channel().close();
                throw new SocketTimeoutException("Connection timed out");
            }
        } catch (InterruptedException e) {
            ChannelFuture _ = future.channel().close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while connecting", e);
        }
        Throwable cause = future.cause();
        if (cause != null) {
            throw plain(cause);
        }
        return fresh.connection();
    }

    /** The system's reason alone, as it is logged: {@code Connection refused}, without the call that failed and the address. */
    private static IOException plain(Throwable cause) {
        if (cause instanceof FileNotFoundException) {
            return (IOException) new ConnectException("No such file or directory").initCause(cause);
        }
        String text = String.valueOf(cause.getMessage());
        int call = text.indexOf("failed");
        int reason = call < 0 ? -1 : text.indexOf(": ", call);
        if (reason < 0) {
            return cause instanceof IOException io ? io : new IOException(cause);
        }
        int address = text.indexOf(": ", reason + 2);
        String words = address < 0 ? text.substring(reason + 2) : text.substring(reason + 2, address);
        SocketException plain = text.startsWith("bind") ? new BindException(words) : new ConnectException(words);
        return (IOException) plain.initCause(cause);
    }

    /**
     * Accepts on a listening descriptor received from master. Each connection is handed over on the event loop: the taker
     * starts a thread for the conversation and returns at once.
     */
    public Listener listen(int descriptor, ListenerKind kind, Consumer<Connection> taker) {
        ServerBootstrap bootstrap = server(taker);
        switch (kind) {
            case INET -> bootstrap.channelFactory(() -> new EpollServerSocketChannel(descriptor))
                    .childOption(ChannelOption.TCP_NODELAY, true);
            case UNIX -> bootstrap.channelFactory(() -> new EpollServerDomainSocketChannel(descriptor, true));
            case PASSED -> bootstrap.channelFactory(() -> new EpollServerDomainSocketChannel(descriptor, true))
                    .childOption(EpollChannelOption.DOMAIN_SOCKET_READ_MODE, DomainSocketReadMode.FILE_DESCRIPTORS)
                    .childHandler(new Passed(taker));
        }
        ChannelFuture future = bootstrap.register().awaitUninterruptibly();
        return new Listener(future.channel());
    }

    /** Binds and accepts by itself; for tests and for tools that have no master. */
    public Listener bind(InetSocketAddress address, Consumer<Connection> taker) {
        Channel channel = server(taker).channel(EpollServerSocketChannel.class).bind(address).syncUninterruptibly()
                .channel();
        return new Listener(channel);
    }

    /** Binds a Unix-domain socket and accepts by itself; for tests and for tools that have no master. */
    public Listener bind(Path socket, Consumer<Connection> taker) {
        Channel channel = server(taker).channel(EpollServerDomainSocketChannel.class)
                .bind(new DomainSocketAddress(socket.toString())).syncUninterruptibly().channel();
        return new Listener(channel);
    }

    private ServerBootstrap server(Consumer<Connection> taker) {
        return new ServerBootstrap().group(loops).childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(512, 2048, LARGEST_READ))
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(16 * 1024, 64 * 1024))
                .childHandler(new Fresh(taker));
    }

    /**
     * A virtual thread, not started, for work that only computes and waits for connections; an event loop carries it where that
     * is possible.
     */
    public Thread thread(String name, Runnable work) {
        return LoopThreads.unstarted(LoopThreads.carrier().orElseGet(loops::next), name, work);
    }

    /**
     * The event loop that carries the calling thread, as a place for work that needs a platform thread and waits for nothing but the
     * disk: no other thread is woken for it. The loop stands still meanwhile.
     */
    public static Optional<Executor> carrier() {
        return LoopThreads.carrier().map(Function.identity());
    }

    /** Ends the event loops; open connections are closed. */
    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        watch.close();
    }

    /** Loops that carry, each known to the watch. */
    private static final class CarryingLoops extends MultiThreadIoEventLoopGroup {
        CarryingLoops(int threads, LoopWatch watch) {
            super(threads, new DefaultThreadFactory("network", true), EpollIoHandler.newFactory(), watch);
        }

        @Override
        protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlers, Object... watch) {
            CarryingLoop loop = new CarryingLoop(this, executor, handlers, (LoopWatch) watch[0]);
            ((LoopWatch) watch[0]).add(loop);
            return loop;
        }
    }

    /** Puts our handler into a new channel before its first byte can arrive. */
    private static final class Fresh extends ChannelInitializer<Channel> {
        private final Consumer<Connection> taker;
        private volatile @Nullable Connection connection;

        Fresh(Consumer<Connection> taker) {
            this.taker = taker;
        }

        @Override
        protected void initChannel(Channel channel) {
            Connection made = new Connection(channel);
            connection = made;
            taker.accept(made);
        }

        Connection connection() throws IOException {
            Connection made = connection;
            if (made == null) {
                throw new IOException("connection was closed while it was made");
            }
            return made;
        }
    }

    /** Makes a connection of each descriptor that a client hands over; what else it sends ends the handing over. */
    @Sharable
    private static final class Passed extends ChannelInboundHandlerAdapter {
        private final Consumer<Connection> taker;

        Passed(Consumer<Connection> taker) {
            this.taker = taker;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof FileDescriptor descriptor) {
                EpollSocketChannel passed = new EpollSocketChannel(descriptor.intValue());
                passed.config().setAllowHalfClosure(true).setTcpNoDelay(true)
                        .setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(512, 2048, LARGEST_READ))
                        .setWriteBufferWaterMark(new WriteBufferWaterMark(16 * 1024, 64 * 1024));
                passed.pipeline().addLast(new Fresh(taker));
                ChannelFuture _ = context.channel().eventLoop().register(passed);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            ChannelFuture _ = context.close();
        }
    }
}
