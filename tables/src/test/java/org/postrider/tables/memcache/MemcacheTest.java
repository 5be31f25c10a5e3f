package org.postrider.tables.memcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.UpdatableTable;
import org.postrider.tables.TestTables;

/** Against a server of the test's own that speaks memcached's text protocol. */
class MemcacheTest {
    private final Map<String, String> stored = new ConcurrentHashMap<>();
    private final List<String> commands = Collections.synchronizedList(new ArrayList<>());
    private final List<String> complaints = new ArrayList<>();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon(true).start(() -> {
            try {
                while (true) {
                    try (Socket client = server.accept()) {
                        serve(client);
                    }
                }
            } catch (IOException _) {
                // The test ends.
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private void serve(Socket client) throws IOException {
        BufferedReader in = new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            commands.add(line);
            String[] words = line.split(" ", -1);
            String answer = switch (words[0]) {
                case "get" -> stored.containsKey(words[1])
                        ? "VALUE " + words[1] + " 0 " + stored.get(words[1]).length() + "\r\n" + stored.get(words[1])
                                + "\r\nEND\r\n"
                        : "END\r\n";
                case "set" -> {
                    stored.put(words[1], in.readLine());
                    yield "STORED\r\n";
                }
                case "delete" -> stored.remove(words[1]) == null ? "NOT_FOUND\r\n" : "DELETED\r\n";
                default -> "ERROR\r\n";
            };
            client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private LookupTable table(String settings) {
        return new MemcacheType().open("memcache:x", "{{memcache = inet:127.0.0.1:" + server.getLocalPort() + "} "
                + settings + "}", TestTables.complainingTo(complaints));
    }

    @Test
    void looksUp() {
        stored.put("pre:key", "value");
        LookupTable table = table("{key_format = pre:%s}");
        assertThat(table.find("KEY")).isEqualTo(new LookupResult.Found("value"));
        assertThat(table.find("other")).isEqualTo(LookupResult.NOT_FOUND);
        assertThat(commands).containsExactly("get pre:key", "get pre:other");
    }

    @Test
    void aHostileKeyIsNoCommand() {
        stored.put("a", "secret");
        LookupTable table = table("");
        for (String key : List.of("x\r\nget a", "x y", "x\nflush_all", "k".repeat(251), "\u0000")) {
            assertThat(table.find(key)).isEqualTo(LookupResult.NOT_FOUND);
        }
        assertThat(commands).isEmpty();
    }

    @Test
    void whatOnlyTheTableBehindHasIsStored() {
        LookupTable table = table("{backup = inline:{a=b}} {ttl = 7} {flags = 3}");
        assertThat(table.find("a")).isEqualTo(new LookupResult.Found("b"));
        assertThat(table.find("a")).isEqualTo(new LookupResult.Found("b"));
        assertThat(table.find("z")).isEqualTo(LookupResult.NOT_FOUND);
        assertThat(commands).containsExactly("get a", "set a 3 7 1", "get a", "get z");
    }

    @Test
    void theTableBehindAnswersWhenTheServerDoesNot() throws IOException {
        LookupTable table = table("{backup = inline:{a=b}}");
        server.close();
        assertThat(table.find("a")).isEqualTo(new LookupResult.Found("b"));
        assertThat(table.find("z")).isEqualTo(LookupResult.NOT_FOUND);
        assertThat(table("").find("a")).isInstanceOf(LookupResult.Unavailable.class);
    }

    @Test
    void aLargeValueIsRefused() {
        stored.put("a", "0123456789");
        assertThat(table("{data_size_limit = 9} {max_try = 1}").find("a")).isInstanceOf(LookupResult.Unavailable.class);
        assertThat(table("{data_size_limit = 10}").find("a")).isEqualTo(new LookupResult.Found("0123456789"));
    }

    @Test
    void canBeChanged() throws IOException {
        UpdatableTable table = (UpdatableTable) table("");
        table.put("K", "v");
        assertThat(table.find("k")).isEqualTo(new LookupResult.Found("v"));
        assertThat(table.remove("k")).isTrue();
        assertThat(table.remove("k")).isFalse();
        assertThatThrownBy(() -> table.after(Optional.empty())).isInstanceOf(IOException.class);
    }

    @Test
    void onlyAddressesInTheDomainsAreAskedFor() {
        LookupTable table = table("{domain = d.com}");
        assertThat(table.find("d.com")).isEqualTo(LookupResult.NOT_FOUND);
        assertThat(table.find("u@d.com")).isEqualTo(LookupResult.NOT_FOUND);
        assertThat(commands).containsExactly("get u@d.com");
    }
}
