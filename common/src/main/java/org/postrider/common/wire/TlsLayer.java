package org.postrider.common.wire;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.postrider.common.log.LogContext;

/** Puts TLS under a {@link Connection}. The costly steps of the handshake run on threads of their own, not on the event loop. */
final class TlsLayer {
    private static final Duration CHANGE_LIMIT = Duration.ofMinutes(1);

    private final Channel channel;
    private final TlsContext context;
    private final SslHandler handler;

    private TlsLayer(Channel channel, TlsContext context, SslHandler handler) {
        this.channel = channel;
        this.context = context;
        this.handler = handler;
    }

    /**
     * Takes over the channel between two bytes: whatever the peer sends from now on is TLS.
     *
     * @param server what a client calls the server; empty on the server's side
     * @param firstIsPlain the next write goes out as it is: the reply that says go ahead
     * @param ahead takes away what the peer has sent before and says what of it belongs to the handshake; runs on the event loop
     *     together with the change
     * @param ended true when the peer has closed its side before: nothing would ever come of the handshake
     */
    static TlsLayer install(Channel channel, TlsContext context, Optional<TlsServerName> server, boolean firstIsPlain,
            Supplier<List<byte[]>> ahead, BooleanSupplier ended) throws IOException {
        SSLEngine engine = context.engine(channel.alloc(), server);
        SslHandler handler = new SslHandler(engine, firstIsPlain, work());
        handler.setHandshakeTimeoutMillis(0);
        TlsLayer layer = new TlsLayer(channel, context, handler);
        layer.await(channel.eventLoop().submit(() -> {
            List<byte[]> begun = ahead.get();
            channel.pipeline().addFirst("tls", handler);
            context.hellos()
                    .ifPresent(heard -> channel.pipeline().addFirst("tls hello", new HelloWatch(engine, heard)));
            channel.pipeline().addAfter("tls", "tls end", new EndOfInput(handler));
            for (byte[] bytes : begun) {
                if (bytes.length > 0) {
                    channel.pipeline().fireChannelRead(Unpooled.wrappedBuffer(bytes));
                }
            }
            channel.pipeline().fireChannelReadComplete();
            if (ended.getAsBoolean()) {
                ChannelFuture _ = channel.close();
            }
        }), CHANGE_LIMIT);
        return layer;
    }

    /** Threads that log as this one does: a table that is asked for a certificate, or a file that is read, may have something to tell. */
    private static Executor work() {
        Optional<LogContext> session = LogContext.CURRENT.isBound()
                ? Optional.of(LogContext.CURRENT.get())
                : Optional.empty();
        return task -> Thread.ofVirtual().name("tls")
                .start(session.<Runnable>map(log -> () -> log.run(task)).orElse(task));
    }

    /** A peer that closes its side in the middle of the handshake has ended it. */
    private static final class EndOfInput extends ChannelInboundHandlerAdapter {
        private final SslHandler handler;

        EndOfInput(SslHandler handler) {
            this.handler = handler;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            context.fireUserEventTriggered(event);
            if (event instanceof ChannelInputShutdownEvent && !handler.handshakeFuture().isDone()) {
                ChannelFuture _ = context.close();
            }
        }
    }

    /**
     * Waits for the end of the handshake.
     *
     * @throws IOException when it fails or takes longer: the connection is closed
     */
    TlsSession handshake(Duration limit) throws IOException {
        try {
            await(handler.handshakeFuture(), limit);
            return session(handler.engine());
        } catch (IOException e) {
            ChannelFuture _ = channel.close();
            throw e;
        } finally {
            context.hellos().ifPresent(heard -> heard.forget(handler.engine()));
        }
    }

    private void await(Future<?> future, Duration limit) throws IOException {
        try {
            if (!new WaitPoint(channel.eventLoop()).await(future, limit)) {
                throw new SocketTimeoutException("Connection timed out");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted during the TLS handshake", e);
        }
        Throwable cause = future.cause();
        if (cause != null) {
            throw cause instanceof IOException io ? io : new IOException(String.valueOf(cause.getMessage()), cause);
        }
    }

    private static TlsSession session(SSLEngine engine) {
        SSLSession session = engine.getSession();
        String group = "";
        boolean resumed = false;
        if (engine instanceof ReferenceCountedOpenSslEngine openssl) {
            group = group(openssl);
            resumed = SSL.isSessionReused(openssl.sslPointer());
        }
        return new TlsSession(session.getProtocol(), session.getCipherSuite(), group, resumed, serverName(session),
                local(session), mayShowCertificate(engine) ? peer(session) : List.of());
    }

    /** A client that was not asked for a certificate has none; to ask the session for it costs an exception in every handshake. */
    private static boolean mayShowCertificate(SSLEngine engine) {
        return engine.getUseClientMode() || engine.getWantClientAuth() || engine.getNeedClientAuth();
    }

    private static String group(ReferenceCountedOpenSslEngine engine) {
        try {
            String name = SSL.getGroupName(engine.sslPointer());
            return name == null ? "" : name;
        } catch (Exception _) {
            // The library says so when no group was used.
            return "";
        }
    }

    private static String serverName(SSLSession session) {
        if (session instanceof ExtendedSSLSession extended) {
            for (SNIServerName name : extended.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName();
                }
            }
        }
        return "";
    }

    private static Optional<X509Certificate> local(SSLSession session) {
        Certificate[] shown = session.getLocalCertificates();
        return shown != null && shown.length > 0 && shown[0] instanceof X509Certificate own
                ? Optional.of(own)
                : Optional.empty();
    }

    private static List<X509Certificate> peer(SSLSession session) {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate one : session.getPeerCertificates()) {
                if (one instanceof X509Certificate certificate) {
                    chain.add(certificate);
                }
            }
        } catch (SSLPeerUnverifiedException _) {
            // The peer has shown none.
        }
        return List.copyOf(chain);
    }
}
