package org.postrider.tables.memcache;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.TableException;
import org.postrider.common.lookup.TableType;
import org.postrider.common.lookup.Tables;
import org.postrider.tables.DatabaseSettings;
import org.postrider.tables.HostPool;
import org.postrider.tables.UnixSocket;

/** Type {@code memcache}: memcached; memcache_table(5). */
public final class MemcacheType implements TableType {
    private static final HostPool.Times TIMES = new HostPool.Times(Duration.ofSeconds(60), Duration.ZERO);

    @Override
    public LookupTable open(String title, String name, Tables tables) {
        DatabaseSettings settings = DatabaseSettings.read(name, tables);
        MemcacheSettings memcache = MemcacheSettings.read(settings);
        HostPool<MemcacheLink> pool = new HostPool<>(List.of(new HostPool.Host(memcache.server(), false)),
                Server.parse(memcache, settings), TIMES, tables.settings().clock(), Optional.empty(),
                tables.settings().complaints());
        return new MemcacheTable(title, settings, memcache, pool, tables);
    }

    /**
     * Connects.
     *
     * @param host empty for a Unix-domain socket, whose path then stands in its place
     */
    private record Server(MemcacheSettings settings, Optional<String> path, String host, int port)
            implements
                HostPool.Driver<MemcacheLink> {
        static Server parse(MemcacheSettings memcache, DatabaseSettings settings) {
            String text = memcache.server();
            if (text.startsWith("unix:")) {
                return new Server(memcache, Optional.of(text.substring(5)), "", 0);
            }
            String bare = text.startsWith("inet:") ? text.substring(5) : text;
            int colon = bare.lastIndexOf(':');
            String host = colon < 0 ? "" : bare.substring(0, colon);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            try {
                int port = Integer.parseInt(bare.substring(colon + 1));
                if (!host.isEmpty() && port > 0 && port < 65536) {
                    return new Server(memcache, Optional.empty(), host, port);
                }
            } catch (NumberFormatException _) {
                // Said below.
            }
            throw new TableException(settings.place("memcache") + ": bad memcache server address: " + text);
        }

        @Override
        public MemcacheLink connect(HostPool.Host server) throws IOException {
            Socket socket = path.isPresent() ? new UnixSocket(Path.of(path.get())) : new Socket();
            try {
                socket.setSoTimeout((int) settings.timeout().toMillis());
                socket.connect(new InetSocketAddress(path.isPresent() ? "localhost" : host, port),
                        (int) settings.timeout().toMillis());
                return new MemcacheLink(socket, settings);
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }

        @Override
        public boolean isBroken(MemcacheLink connection, Exception failure) {
            return true;
        }

        @Override
        public String connectComplaint(HostPool.Host server, String reason) {
            return "connect to " + path.orElse(host + ":" + port) + ": " + reason;
        }

        @Override
        public String queryComplaint(HostPool.Host server, String reason) {
            return "memcache server " + server.name() + ": " + reason;
        }
    }
}
