package org.postrider.tables.sql;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.postrider.tables.AnySocketFactory;

/** Sockets on which {@link PgsqlMessages} looks at what the server says; PostgreSQL's driver makes the factory by its name. */
public final class PgsqlNetworkFactory extends AnySocketFactory {
    private static final class Checked extends Socket {
        @Override
        public InputStream getInputStream() throws IOException {
            return new PgsqlMessages(super.getInputStream());
        }
    }

    @Override
    public Socket createSocket() {
        return new Checked();
    }
}
