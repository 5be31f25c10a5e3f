package org.postrider.tables.sql;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;
import org.postrider.tables.AnySocketFactory;

/** Sockets on which {@link PgsqlMessages} looks at what the server says; PostgreSQL's driver makes the factory by its name. */
public final class PgsqlNetworkFactory extends AnySocketFactory {
    /** The layer of TLS asks for the stream once more, and has to get the one that knows what has been said before. */
    private static final class Checked extends Socket {
        private @Nullable PgsqlMessages messages;

        @Override
        public synchronized InputStream getInputStream() throws IOException {
            PgsqlMessages checked = messages;
            if (checked == null) {
                checked = new PgsqlMessages(super.getInputStream());
                messages = checked;
            }
            return checked;
        }
    }

    @Override
    public Socket createSocket() {
        return new Checked();
    }
}
