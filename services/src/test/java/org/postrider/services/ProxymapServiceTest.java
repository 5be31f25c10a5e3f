package org.postrider.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.daemon.Program;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.ProxymapRequest;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.testing.DaemonHarness;
import org.postrider.common.wire.Connection;

/** The words on the wire are those that a client of Postfix 3.7's proxymap was seen to exchange with it. */
class ProxymapServiceTest {
    /** As master starts it, by its name in master.cf. */
    private static final class Proxymap implements Program {
        @Override
        public String name() {
            return "proxymap";
        }

        @Override
        public Service open(ServiceContext context, Optional<Service> previous) {
            return new Services().open(context, previous);
        }
    }

    @TempDir
    Path folder;

    private DaemonHarness harness;
    private String table;

    @BeforeEach
    void start() throws IOException {
        table = "texthash:" + Files.writeString(folder.resolve("table"), "a@b c@d\n");
        harness = new DaemonHarness(folder.resolve("q"));
        harness.set("virtual_alias_maps", "proxy:" + table + " proxy:regexp:{{/x/ y}} proxy:texthash:/no/such/file"
                + " unionmap:{proxy:inline:{u=v}}");
        harness.set("alias_maps", "proxy:texthash:" + Files.writeString(folder.resolve("aliases"), "root: me\n"));
        harness.set("proxy_write_maps", "proxy:btree:" + folder.resolve("cache") + " proxy:hash:"
                + folder.resolve("cache") + " proxy:lmdb:" + folder.resolve("cache") + " proxy:cdb:/no/cache proxy:"
                + table);
        harness.start(new Proxymap(), "proxymap", "private/proxymap");
        harness.start(new Proxymap(), "proxywrite", "private/proxywrite");
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    private static Attributes request(String kind, String table) {
        return new Attributes().put("request", kind).put("table", table).put("flags", 64);
    }

    private String ask(String socket, Attributes... requests) throws IOException {
        StringBuilder said = new StringBuilder();
        try (Connection connection = harness.network().connect(harness.queueDirectory().resolve("private/" + socket),
                Duration.ofSeconds(10))) {
            connection.timeout(Duration.ofSeconds(10));
            assertThat(Attributes.read(connection.in()).get("protocol")).isEqualTo("proxymap_protocol");
            for (Attributes request : requests) {
                request.write(connection.out());
                connection.out().flush();
                said.append(Attributes.read(connection.in()).asMap());
            }
        }
        return said.toString();
    }

    @Test
    void opensAndLooksUp() throws IOException {
        assertThat(ask("proxymap", request("open", table), request("open", "proxy:" + table),
                request("open", "regexp:{{/x/ y}}"), request("lookup", table).put("key", "a@b"),
                request("lookup", table).put("key", "zz"), request("lookup", "inline:{u=v}").put("key", "u")))
                .isEqualTo("{status=0, flags=16}{status=0, flags=16}{status=0, flags=32}{status=0, value=c@d}"
                        + "{status=1, value=}{status=0, value=v}");
    }

    @Test
    void keysAreFoldedWhenTheClientAsksForIt() throws IOException {
        assertThat(ask("proxymap", request("lookup", table).put("key", "A@B"),
                request("lookup", table).put("flags", 64 | 16384).put("key", "A@B")))
                .isEqualTo("{status=1, value=}{status=0, value=c@d}");
    }

    @Test
    void tablesOfAliasesAreReadAsSuch() throws IOException {
        assertThat(ask("proxymap", request("lookup", "texthash:" + folder.resolve("aliases")).put("key", "root")))
                .isEqualTo("{status=0, value=me}");
    }

    @Test
    void aTableThatNoParameterNamesIsRefused() throws IOException {
        assertThat(ask("proxymap", request("open", "texthash:/etc/passwd"),
                request("lookup", "texthash:/etc/passwd").put("key", "root")))
                .isEqualTo("{status=4, flags=0}{status=4, value=}");
    }

    @Test
    void aTableThatDoesNotWorkIsForLater() throws IOException {
        assertThat(ask("proxymap", request("lookup", "texthash:/no/such/file").put("key", "k")))
                .isEqualTo("{status=2, value=}");
    }

    @Test
    void onlyProxywriteChangesTables() throws IOException {
        assertThat(ask("proxymap", request("update", table).put("key", "k").put("value", "v"),
                request("delete", table).put("key", "k"))).isEqualTo("{status=4}{status=4}");
        String other = "texthash:" + folder.resolve("other");
        assertThat(ask("proxywrite", request("update", other).put("key", "k").put("value", "v"),
                request("lookup", other).put("key", "a@b"))).isEqualTo("{status=4}{status=4, value=}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"btree", "hash", "lmdb"})
    void proxywriteChangesACacheAndWalksThroughIt(String type) throws IOException {
        String cache = type + ":" + folder.resolve("cache");
        assertThat(ask("proxywrite", request("open", cache), request("lookup", cache).put("key", "k"),
                request("update", cache).put("key", "k").put("value", "v"),
                request("update", cache).put("flags", 64 | 16384).put("key", "L").put("value", "w"),
                request("lookup", cache).put("key", "k"), request("sequence", cache).put("function", 0),
                request("sequence", cache).put("function", 1), request("sequence", cache).put("function", 1),
                request("delete", cache).put("key", "k"), request("delete", cache).put("key", "k"),
                request("lookup", cache).put("key", "k")))
                .isEqualTo("{status=0, flags=16}{status=1, value=}{status=0}{status=0}{status=0, value=v}"
                        + "{status=0, key=k, value=v}{status=0, key=l, value=w}{status=1, key=, value=}"
                        + "{status=0}{status=1}{status=1, value=}");
    }

    @Test
    void aTableThatCannotBeChangedIsForLater() throws IOException {
        assertThat(ask("proxywrite", request("update", "cdb:/no/cache").put("key", "k").put("value", "v"),
                request("open", table))).isEqualTo("{status=2}{status=2, flags=0}");
    }

    @Test
    void nonsenseIsAnswered() throws IOException {
        assertThat(ask("proxymap", request("bogus", table),
                new Attributes().put("request", "lookup").put("table", table), request("lookup", table),
                request("lookup", table).put("key", "a@b").put("more", "x")))
                .isEqualTo("{status=3}{status=3, value=}{status=3, value=}{status=0, value=c@d}");
    }

    @Test
    void aClientFindsItsTablesHere() throws IOException {
        LookupTable proxied = harness.context("smtpd", "smtp", "inet").tables().open("proxy:" + table);
        assertThat(proxied.wantsWholeKey()).isFalse();
        assertThat(proxied.find("A@b")).isEqualTo(new LookupResult.Found("c@d"));
        assertThat(proxied.find("zz")).isEqualTo(LookupResult.NOT_FOUND);
        assertThat(harness.context("smtpd", "smtp", "inet").tables().open("proxy:regexp:{{/x/ y}}").wantsWholeKey())
                .isTrue();
    }

    @Test
    void aClientHearsOfRefusalAndTrouble() throws IOException {
        assertThat(harness.context("smtpd", "smtp", "inet").tables().open("proxy:texthash:/etc/passwd").find("root"))
                .isEqualTo(new LookupResult.Unavailable(
                        "proxymap service is not configured for table \"texthash:/etc/passwd\""));
        assertThat(harness.context("smtpd", "smtp", "inet").tables().open("proxy:texthash:/no/such/file").find("x"))
                .isEqualTo(new LookupResult.Unavailable("table proxy:texthash:/no/such/file: query error"));
    }

    @Test
    void aServerThatDiesInTheMiddleIsAskedAgain() throws IOException {
        harness.fake("private/dying", connection -> {
            Attributes request = Attributes.read(connection.in());
            if (request.get("key").equals("second")) {
                new Attributes().put("status", 0).put("value", "x").write(connection.out());
                connection.out().flush();
            }
        });
        harness.set("proxymap_service_name", "dying");
        assertThat(harness.context("smtpd", "smtp", "inet").tables().open("proxy:" + table).find("first"))
                .isInstanceOf(LookupResult.Unavailable.class);
        assertThat(harness.context("smtpd", "smtp", "inet").tables().open("proxy:" + table).find("second"))
                .isEqualTo(new LookupResult.Found("x"));
    }

    @Test
    void tablesThatDecideOverFilesAreOpenedByTheProgramItself() throws IOException {
        harness.set("proxymap_service_name", "nobody-there");
        assertThat(harness.context("local", "local", "unix").trustedTables(folder).open("proxy:" + table).find("a@b"))
                .isEqualTo(new LookupResult.Found("c@d"));
    }

    @Test
    void valuesSurviveByteByByte() throws IOException {
        String bytes = new String(new byte[]{(byte) 0xff, (byte) 0xc3, 1, '\t'}, StandardCharsets.ISO_8859_1);
        ProxymapRequest request = new ProxymapRequest(ProxymapRequest.Kind.UPDATE, table, 64, bytes, bytes, 0);
        assertThat(ProxymapRequest.fromAttributes(ProxymapRequest.Kind.UPDATE, request.toAttributes()))
                .isEqualTo(request);
    }
}
