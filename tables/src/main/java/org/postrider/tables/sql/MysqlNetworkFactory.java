package org.postrider.tables.sql;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.postrider.tables.AnySocketFactory;

/** Sockets on which {@link MysqlMessages} looks at what the server says; MariaDB's driver makes the factory by its name. */
public final class MysqlNetworkFactory extends AnySocketFactory {
    /** The driver asks for the stream once; the layer of TLS, if there is one, asks again, and its bytes are none of ours. */
    private static final class Checked extends Socket {
        private boolean checked;

        @Override
        public synchronized InputStream getInputStream() throws IOException {
            InputStream in = super.getInputStream();
            if (checked) {
                return in;
            }
            checked = true;
            return new MysqlMessages(in);
        }
    }

    @Override
    public Socket createSocket() {
        return new Checked();
    }
}
