package org.postrider.tables;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;

/** Makes a driver use a Unix-domain socket, whatever host and port it thinks it connects to. */
public class LocalSocketFactory extends AnySocketFactory {
    private final Path path;

    /** @param path of the server's socket */
    public LocalSocketFactory(Path path) {
        this.path = path;
    }

    @Override
    public Socket createSocket() throws IOException {
        return new UnixSocket(path);
    }
}
