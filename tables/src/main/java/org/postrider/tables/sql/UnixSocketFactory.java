package org.postrider.tables.sql;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.util.ConfigurableSocketFactory;
import org.postrider.tables.UnixSocket;

/** Makes MariaDB's driver use a Unix-domain socket; it makes the factory by its name. */
public final class UnixSocketFactory extends ConfigurableSocketFactory {
    /** The property with the socket's path. */
    static final String PATH = "postriderSocketPath";

    private String path = "";

    @Override
    public void setConfiguration(Configuration configuration, String host) {
        path = configuration.nonMappedOptions().getProperty(PATH, "");
    }

    @Override
    public Socket createSocket() throws IOException {
        return new UnixSocket(Path.of(path));
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
