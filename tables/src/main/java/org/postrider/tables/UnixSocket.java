package org.postrider.tables;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A Unix-domain socket in the form of {@link Socket}, for drivers that know no other; with time limits for reading and writing. Two
 * threads may use it, one for each direction.
 */
public final class UnixSocket extends Socket {
    private final Path path;
    private final SocketChannel channel;
    private final Selector reading;
    private final Selector writing;
    private volatile int timeoutMillis;

    public UnixSocket(Path path) throws IOException {
        this.path = path;
        this.channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        this.reading = Selector.open();
        this.writing = Selector.open();
    }

    /** Connects to the path it was made for; the address is the driver's idea and has no meaning. */
    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            close();
            throw new SocketException(path + ": " + e.getMessage(), e);
        }
        channel.configureBlocking(false);
        SelectionKey _ = channel.register(reading, SelectionKey.OP_READ);
        SelectionKey _ = channel.register(writing, SelectionKey.OP_WRITE);
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isBound() {
        return channel.isConnected();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public synchronized void setSoTimeout(int timeout) {
        timeoutMillis = timeout;
    }

    @Override
    public synchronized int getSoTimeout() {
        return timeoutMillis;
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // There is no TCP.
    }

    @Override
    public void setKeepAlive(boolean on) {
        // There is no TCP.
    }

    @Override
    public void setSoLinger(boolean on, int linger) {
        // There is no TCP.
    }

    @Override
    public void setReuseAddress(boolean on) {
        // There is no TCP.
    }

    @Override
    public synchronized void setSendBufferSize(int size) {
        // The system's size will do.
    }

    @Override
    public synchronized void setReceiveBufferSize(int size) {
        // The system's size will do.
    }

    @Override
    public void setTrafficClass(int value) {
        // There is no IP.
    }

    @Override
    public void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
        reading.close();
        writing.close();
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
                int count = channel.read(buffer);
                while (count == 0) {
                    await(reading);
                    count = channel.read(buffer);
                }
                return count;
            }

            @Override
            public void close() throws IOException {
                UnixSocket.this.close();
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[]{(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
                while (buffer.hasRemaining()) {
                    if (channel.write(buffer) == 0) {
                        await(writing);
                    }
                }
            }

            @Override
            public void close() throws IOException {
                UnixSocket.this.close();
            }
        };
    }

    private void await(Selector direction) throws IOException {
        int ready = direction.select(timeoutMillis);
        direction.selectedKeys().clear();
        if (!channel.isOpen() || Thread.currentThread().isInterrupted()) {
            throw new SocketException("Socket closed");
        }
        if (ready == 0) {
            throw new SocketTimeoutException("Read timed out");
        }
    }
}
