package org.postrider.commands;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/** A command's connection to one of the suite's sockets: plain blocking streams, ready in a few milliseconds. */
final class LocalSocket implements Closeable {
    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;

    private LocalSocket(SocketChannel channel) {
        this.channel = channel;
        this.in = new BufferedInputStream(Channels.newInputStream(channel));
        this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 16 * 1024);
    }

    static LocalSocket connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new LocalSocket(channel);
    }

    /** The connection ends when this time is up: who waits for it then gets an {@link IOException}. Zero is no limit. */
    LocalSocket within(Duration limit) {
        if (limit.isPositive()) {
            Thread.ofVirtual().start(() -> closeAfter(limit));
        }
        return this;
    }

    private void closeAfter(Duration limit) {
        try {
            Thread.sleep(limit);
            close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException _) {
            // It is closed.
        }
    }

    InputStream in() {
        return in;
    }

    OutputStream out() {
        return out;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
