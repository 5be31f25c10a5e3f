package org.postrider.tables.sql;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.SocketFactory;
import org.postrider.tables.UnixSocket;

/** Makes PostgreSQL's driver use a Unix-domain socket; it makes the factory by its name. */
public final class PgsqlSocketFactory extends SocketFactory {
    private final Path path;

    /**
     * As the driver makes it.
     *
     * @param path of the socket, from the driver's option socketFactoryArg
     */
    public PgsqlSocketFactory(String path) {
        this.path = Path.of(path);
    }

    @Override
    public Socket createSocket() throws IOException {
        return new UnixSocket(path);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return createSocket();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return createSocket();
    }
}
