package org.postrider.tables;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.tables.ldap.LdapType;
import org.postrider.tables.mongodb.FakeMongodb;
import org.postrider.tables.mongodb.MongodbType;

/** TLS to a server whose certificate is for another name than the one it is asked by; the peer tests have MariaDB, PostgreSQL and slapd. */
class EncryptedServerTest {
    private static final Path FILES = Path.of("../smtp-client/src/test/resources/tls");
    private static final Path AUTHORITY = FILES.resolve("ca.pem");
    private static final Path STRANGER = FILES.resolve("self-cert.pem");

    private final List<String> complaints = new ArrayList<>();

    private static SSLContext server() throws DatabaseException {
        return new ClientTls("", "", FILES.resolve("peer-cert.pem").toString(),
                FILES.resolve("peer-key.pem").toString())
                .context(false);
    }

    private void answers(LookupTable table, boolean answer) {
        LookupResult result = table.find("u@d.com");
        if (answer) {
            assertThat(result).as("%s", complaints).isEqualTo(new LookupResult.Found("first"));
        } else {
            assertThat(result).isInstanceOf(LookupResult.Unavailable.class);
        }
    }

    @Test
    void ldap() throws Exception {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=x");
        config.setSchema(null);
        InetAddress here = InetAddress.getLoopbackAddress();
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig("plain", here, 0, server().getSocketFactory()),
                InMemoryListenerConfig.createLDAPSConfig("tls", here, 0, server().getServerSocketFactory(), null));
        InMemoryDirectoryServer server = new InMemoryDirectoryServer(config);
        server.add("dn: dc=x", "objectClass: domain", "dc: x", "mail: u@d.com", "drop: first");
        server.startListening();
        try {
            String plain = "{server_host = ldap://127.0.0.1:" + server.getListenPort("plain") + "} {start_tls = yes}";
            String tls = "{server_host = ldaps://127.0.0.1:" + server.getListenPort("tls") + "}";
            for (String way : List.of(plain, tls)) {
                answers(directory(way), true);
                answers(directory(way + " {tls_require_cert = yes} {tls_ca_cert_file = " + STRANGER + "}"), false);
                answers(directory(way + " {tls_require_cert = yes} {tls_ca_cert_file = " + AUTHORITY + "}"), false);
            }
        } finally {
            server.shutDown(true);
        }
    }

    private LookupTable directory(String settings) {
        return new LdapType().open("ldap:x", "{{search_base = dc=x} {query_filter = mail=%s} {result_attribute = drop} "
                + settings + "}", TestTables.complainingTo(complaints));
    }

    @Test
    void mongodb() throws Exception {
        try (FakeMongodb server = new FakeMongodb(server().getServerSocketFactory(), 0)) {
            server.finds(_ -> List.of(BsonDocument.parse("{to: 'first'}")));
            String trusted = "?tls=true&tlsCAFile=" + AUTHORITY;
            answers(documents(server, trusted + "&tlsAllowInvalidHostnames=true"), true);
            answers(documents(server, "?tls=true&tlsInsecure=true"), true);
            answers(documents(server, "?tls=true&tlsAllowInvalidCertificates=true&tlsAllowInvalidHostnames=true"),
                    true);
            answers(documents(server, trusted), false);
            answers(documents(server, "?tls=true&tlsAllowInvalidHostnames=true&tlsCAFile=" + STRANGER), false);
            answers(documents(server, "?tls=true"), false);
        }
    }

    private LookupTable documents(FakeMongodb server, String options) {
        return new MongodbType().open("mongodb:x", "{{uri = mongodb://127.0.0.1:" + server.port() + "/" + options
                + "} {dbname = d} {collection = c} {timeout = 1} {result_attribute = to} {query_filter = {\"a\": \"%s\"}}}",
                TestTables.complainingTo(complaints));
    }
}
