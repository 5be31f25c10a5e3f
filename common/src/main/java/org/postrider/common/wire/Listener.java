package org.postrider.common.wire;

import io.netty.channel.Channel;

/** A listening descriptor that this process accepts on. Any thread may call. */
public final class Listener implements AutoCloseable {
    private final Channel channel;

    Listener(Channel channel) {
        this.channel = channel;
    }

    /** Stops accepting; new clients wait in the kernel's backlog. */
    public void pause() {
        channel.config().setAutoRead(false);
    }

    /** Accepts again. */
    public void resume() {
        channel.config().setAutoRead(true);
    }

    /** The port of a TCP listener, else 0. */
    public int port() {
        return channel.localAddress() instanceof java.net.InetSocketAddress inet ? inet.getPort() : 0;
    }

    /** Closes this process's copy of the descriptor. Clients in the backlog stay for whoever else holds it. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }
}
