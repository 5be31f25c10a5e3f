package org.postrider.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.TableType;
import org.postrider.tables.ldap.LdapType;
import org.postrider.tables.memcache.MemcacheType;
import org.postrider.tables.mongodb.MongodbType;
import org.postrider.tables.sql.MysqlType;
import org.postrider.tables.sql.PgsqlType;

/** Servers that say nothing, hang up, or talk nonsense with large numbers in it: unavailable, soon, and at once the next time. */
class FaultyServerTest {
    private static final byte[] NONSENSE = new byte[4096];
    private static final byte[] BIG_NUMBERS = new byte[4096];

    static {
        for (int i = 0; i < NONSENSE.length; i++) {
            NONSENSE[i] = (byte) (i * 31);
            BIG_NUMBERS[i] = i % 4 == 3 ? 0 : (byte) 0x7f;
        }
    }

    private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
    private final List<Socket> clients = Collections.synchronizedList(new ArrayList<>());
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        for (Socket client : List.copyOf(clients)) {
            client.close();
        }
    }

    private void serve(byte[] greeting, boolean hangsUp) {
        Thread.ofPlatform().daemon(true).start(() -> {
            try {
                while (true) {
                    Socket client = server.accept();
                    clients.add(client);
                    client.getOutputStream().write(greeting);
                    if (hangsUp) {
                        client.close();
                    }
                }
            } catch (IOException _) {
                // The test ends.
            }
        });
    }

    private LookupTable table(TableType type) {
        String place = "127.0.0.1:" + server.getLocalPort();
        String name = "{{hosts = inet:" + place + "} {memcache = inet:" + place + "} {server_host = ldap://" + place
                + "} {dbname = x} {query = select '%s'} {timeout = 1} {search_base = dc=x} {query_filter = (a=%s)}"
                + " {max_try = 1} {user = u} {password = p}}";
        String mongodb = "{{uri = mongodb://" + place + "} {dbname = x} {collection = c} {result_attribute = r}"
                + " {query_filter = {\"a\": \"%s\"}} {timeout = 1}}";
        return type.open("t:x", type instanceof MongodbType ? mongodb : name, TestTables.complainingTo(complaints));
    }

    static Stream<Arguments> faults() {
        List<Arguments> all = new ArrayList<>();
        for (TableType type : List.of(new MysqlType(), new PgsqlType(), new LdapType(), new MemcacheType(),
                new MongodbType())) {
            all.add(Arguments.of(type, new byte[0], false));
            all.add(Arguments.of(type, new byte[0], true));
            all.add(Arguments.of(type, NONSENSE, false));
            all.add(Arguments.of(type, BIG_NUMBERS, false));
            all.add(Arguments.of(type, "SEEEEEEEEEEEEEEEEEEEE".getBytes(StandardCharsets.US_ASCII), true));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void theTableIsUnavailable(TableType type, byte[] greeting, boolean hangsUp) {
        serve(greeting, hangsUp);
        LookupTable table = table(type);
        Instant start = Instant.now();
        assertThat(table.find("key")).isInstanceOf(LookupResult.Unavailable.class);
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(60));
        // The driver for MongoDB looks after the server behind our back.
        if (!(type instanceof MemcacheType) && !(type instanceof MongodbType)) {
            int before = clients.size();
            assertThat(table.find("key")).isInstanceOf(LookupResult.Unavailable.class);
            assertThat(clients).hasSize(before);
        }
        assertThat(complaints).isNotEmpty();
    }
}
