package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same settings and keys, given to Debian's postmap and to ours, with real servers behind them: the same answers. */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class DatabasesTest {
    private static final Path AUTHORITY = DatabaseServers.CERTIFICATES.resolve("ca.pem");
    private static final Path STRANGER = DatabaseServers.CERTIFICATES.resolve("self-cert.pem");

    private static final String KEYS = String.join("\n", "u@d.com", "U@D.COM", "u", "d.com", "@d.com", "u@", "nokey",
            "o'b@d.com", "a\\b@d.com", "%@d.com", "ü@e.com", "\"q\"@d.com", "x;y@d.com", "$1@d.com", "x' or '1'='1",
            "' or 1=1 -- ", "\\' or 1=1 -- ", "\\", "'", "\\'", "a@b@d.com", "alias@d.com", "o*p@d.com", "b\\s@d.com",
            "(p)@d.com", "*", "*@d.com", ")(mail=*", "group@d.com", "terminal@d.com", "url@d.com", "one", "o,p",
            "u@mail.d.com", "u@x.d.com") + "\n";

    @TempDir
    Path folder;

    private int files;
    private final List<String> differences = new ArrayList<>();

    @BeforeAll
    static void needs() throws IOException {
        DatabaseServers.needs(DatabasesTest.class);
    }

    private static String output(ProcessBuilder builder, String input) throws IOException, InterruptedException {
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return said + "status " + process.waitFor();
    }

    /** Asks both with all keys, or with one; notes where they differ. */
    private void compare(Instance instance, String type, String key, String... settings)
            throws IOException, InterruptedException {
        files++;
        Path file = Files.writeString(folder.resolve(type + files + ".cf"), String.join("\n", settings) + "\n");
        String table = type + ":" + file;
        String input = key.equals("-") ? KEYS : "";
        String theirs = output(new ProcessBuilder("/usr/sbin/postmap", "-q", key, table), input);
        String ours = output(instance.command("bin/postmap", "-q", key, table), input);
        if (!ours.equals(theirs)) {
            differences.add(String.join("\n", settings) + "\nPostfix:\n" + theirs + "\nours:\n" + ours);
        }
    }

    /** What ours answers; nothing when it can't. */
    private static void secured(Instance instance, String type, String[] settings, String answer)
            throws IOException, InterruptedException {
        Path file = Files.writeString(instance.folder().resolve("tls.cf"), String.join("\n", settings) + "\n");
        Instance.Outcome said = instance.run("", "bin/postmap", "-q", "u@d.com", type + ":" + file);
        assertThat(said.status()).as("%s: %s", String.join(", ", settings), said.text())
                .isEqualTo(answer.isEmpty() ? 1 : 0);
        if (!answer.isEmpty()) {
            assertThat(said.text()).isEqualTo(answer + "\n");
        }
    }

    private void sql(Instance instance, String type, String... server) throws IOException, InterruptedException {
        for (String query : List.of("select v from t where k='%s'", "select v,w from t where k='%s' order by v",
                "select v from t where k='%u'", "select v from t where k='%d'", "select v from t where k='%u@%2.%1'",
                "select v from t where k in ('%s', '%u') order by v", "select '%s' '%%'", "select count(*) from t",
                "select v from t where k = '%s';")) {
            compare(instance, type, "-", with(server, "query = " + query));
        }
        String plain = "query = select v,w from t where k='%s' order by v";
        compare(instance, type, "-", with(server, plain, "result_format = <%s|%u|%S>"));
        compare(instance, type, "-", with(server, plain, "result_format = %d"));
        compare(instance, type, "-", with(server, plain, "result_format = %s %D %1"));
        compare(instance, type, "-", with(server, plain, "domain = d.com, x.org"));
        compare(instance, type, "-",
                with(server, "table = t", "select_field = v", "where_field = k",
                        "additional_conditions = and v <> 'one'"));
        compare(instance, type, "u@d.com", with(server, plain, "expansion_limit = 2"));
        compare(instance, type, "u", with(server, plain, "expansion_limit = 2"));
        compare(instance, type, "u@d.com", with(server, "query = select nonsense"));
        compare(instance, type, "u@d.com", with(server, "query = select '%x'"));
        compare(instance, type, "u@d.com", with(server, plain, "expansion_limit = x"));
    }

    private static String[] with(String[] server, String... more) {
        List<String> all = new ArrayList<>(List.of(server));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void mariadb() throws Exception {
        Instance instance = new Instance(folder);
        instance.configure();
        try (DatabaseServers servers = new DatabaseServers(folder)) {
            String hosts = "hosts = 127.0.0.1:" + servers.mariadb();
            String[] login = {hosts, "user = m", "password = p$w", "dbname = mail"};
            sql(instance, "mysql", login);
            compare(instance, "mysql", "-", with(login, "query = call lookup('%s')"));
            compare(instance, "mysql", "u", with(login, "query = call silent('%s')", "require_result_set = no"));
            compare(instance, "mysql", "u", with(login, "query = call silent('%s')"));
            compare(instance, "mysql", "-", with(login, "query = select v from t where k=\"%s\""));
            String socket = "hosts = unix:" + folder + "/my/s";
            compare(instance, "mysql", "-", with(login, socket, "query = select v from t where k='%s'"));
            compare(instance, "mysql", "u", with(login, "hosts = 127.0.0.1:1 unix:/no/such " + hosts.substring(8),
                    "query = select v from t where k='%s'"));
            compare(instance, "mysql", "u", with(login, "password = wrong", "query = select 1"));
            String[] encrypted = with(login, "user = t", "query = select 'safe'");
            secured(instance, "mysql", with(encrypted, "tls_CAfile = " + AUTHORITY), "safe");
            secured(instance, "mysql", with(encrypted, "tls_CAfile = " + STRANGER), "");
            secured(instance, "mysql", with(encrypted, "tls_CAfile = " + AUTHORITY, "tls_verify_cert = yes"), "");
            secured(instance, "mysql", encrypted, "");
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void postgresql() throws Exception {
        Instance instance = new Instance(folder);
        instance.configure();
        try (DatabaseServers servers = new DatabaseServers(folder)) {
            int port = servers.postgresql();
            // Postfix speaks LATIN1 with the server before version 3.8, which has this parameter.
            String[] login = {"hosts = 127.0.0.1:" + port, "user = m", "password = p", "dbname = mail",
                    "encoding = LATIN1"};
            sql(instance, "pgsql", login);
            compare(instance, "pgsql", "-", with(login, "select_function = lookup"));
            compare(instance, "pgsql", "-",
                    with(login, "hosts = unix:" + folder + "/pg", "query = select v from t where k='%s'"));
            compare(instance, "pgsql", "-", "hosts = postgresql://m:p@127.0.0.1:" + port + "/mail?sslmode=disable",
                    "dbname = mail", "encoding = LATIN1", "query = select v from t where k='%s'");
            compare(instance, "pgsql", "u", with(login, "password = wrong", "query = select 1"));
            String encrypted = "hosts = postgresql://m:p@127.0.0.1:" + port + "/mail?sslmode=";
            String query = "query = select ssl from pg_stat_ssl where pid = pg_backend_pid()";
            for (String host : List.of(encrypted + "verify-ca&sslrootcert=" + AUTHORITY, encrypted + "require")) {
                secured(instance, "pgsql", new String[]{host, "dbname = mail", query}, "t");
            }
            for (String host : List.of(encrypted + "verify-ca&sslrootcert=" + STRANGER,
                    encrypted + "verify-full&sslrootcert=" + AUTHORITY)) {
                secured(instance, "pgsql", new String[]{host, "dbname = mail", query}, "");
            }
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void slapd() throws Exception {
        Instance instance = new Instance(folder);
        instance.configure();
        try (DatabaseServers servers = new DatabaseServers(folder)) {
            String[] server = {"server_host = ldap://127.0.0.1:" + servers.slapd(), "version = 3", "search_base = dc=x",
                    "query_filter = (mail=%s)", "result_attribute = description"};
            compare(instance, "ldap", "-", server);
            compare(instance, "ldap", "-", with(server, "bind = no"));
            compare(instance, "ldap", "-", with(server, "bind_dn = cn=admin,dc=x", "bind_pw = secret"));
            compare(instance, "ldap", "u@d.com", with(server, "bind_dn = cn=admin,dc=x", "bind_pw = wrong"));
            compare(instance, "ldap", "-",
                    with(server, "server_host = ldapi://" + (folder + "/ld/s").replace("/", "%2F")));
            compare(instance, "ldap", "-", with(server, "search_base = ou=%d,dc=x", "scope = one"));
            compare(instance, "ldap", "-",
                    with(server, "search_base = cn=%s,ou=d.com,dc=x", "query_filter = objectClass=*", "scope = base"));
            compare(instance, "ldap", "-", with(server, "query_filter = (|(mail=%u@%2.%1)(cn=%u))"));
            compare(instance, "ldap", "-", with(server, "result_format = <%u|%S>"));
            compare(instance, "ldap", "-", with(server, "result_filter = [%s]"));
            compare(instance, "ldap", "-", with(server, "result_attribute = mail, description"));
            compare(instance, "ldap", "-", with(server, "special_result_attribute = seeAlso"));
            compare(instance, "ldap", "-", with(server, "result_attribute =", "leaf_result_attribute = mail",
                    "special_result_attribute = seeAlso labeledURI"));
            compare(instance, "ldap", "-", with(server, "special_result_attribute = seeAlso",
                    "terminal_result_attribute = street"));
            compare(instance, "ldap", "loop@d.com",
                    with(server, "special_result_attribute = seeAlso", "recursion_limit = 5"));
            compare(instance, "ldap", "u@d.com", with(server, "expansion_limit = 1"));
            compare(instance, "ldap", "u@d.com", with(server, "query_filter = (|(mail=%s)(mail=*))", "size_limit = 2"));
            compare(instance, "ldap", "-", with(server, "domain = d.com"));
            compare(instance, "ldap", "-", with(server, "search_base = dc=elsewhere"));
            compare(instance, "ldap", "u@d.com", with(server, "server_host = ldap://127.0.0.1:1"));
            String[] encrypted = with(server, "start_tls = yes");
            secured(instance, "ldap", encrypted, "first,x@y.z");
            secured(instance, "ldap", with(encrypted, "tls_ca_cert_file = " + AUTHORITY, "tls_require_cert = yes"), "");
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void memcached() throws Exception {
        Instance instance = new Instance(folder);
        instance.configure();
        try (DatabaseServers servers = new DatabaseServers(folder)) {
            int port = servers.memcached();
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.getOutputStream().write("set u@d.com 0 0 3\r\none\r\nset p:u 0 0 3\r\ntwo\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().readNBytes(16)).asString().isEqualTo("STORED\r\nSTORED\r\n");
            }
            String server = "memcache = inet:127.0.0.1:" + port;
            compare(instance, "memcache", "-", server);
            compare(instance, "memcache", "-", server, "key_format = p:%u");
            compare(instance, "memcache", "-", server, "backup = inline:{nokey=kept}");
            compare(instance, "memcache", "-", server, "domain = d.com");
            compare(instance, "memcache", "u@d.com", server, "data_size_limit = 2", "max_try = 1");
            compare(instance, "memcache", "u@d.com", "memcache = inet:127.0.0.1:1", "max_try = 1");
        }
        assertThat(differences).isEmpty();
    }

    private static String[] settings(DatabaseServers servers, String type) throws Exception {
        return switch (type) {
            case "mysql" -> new String[]{"hosts = 127.0.0.1:" + servers.mariadb(), "user = m", "password = p$w",
                    "dbname = mail", "query = select v from t where k='%s'", "retry_interval = 1"};
            case "pgsql" -> new String[]{"hosts = 127.0.0.1:" + servers.postgresql(), "user = m", "password = p",
                    "dbname = mail", "query = select v from t where k='%s'", "retry_interval = 1"};
            case "ldap" -> new String[]{"server_host = ldap://127.0.0.1:" + servers.slapd(), "version = 3",
                    "search_base = dc=x", "query_filter = (mail=%s)", "result_attribute = description"};
            default -> new String[]{"memcache = inet:127.0.0.1:" + servers.memcached(), "max_try = 1"};
        };
    }

    /** One that runs and knows its recipients by a table of this type. */
    private Instance knowing(String type, String... settings) throws Exception {
        Path file = Files.writeString(folder.resolve("t.cf"), String.join("\n", settings) + "\n");
        return new Instance(folder).set("relay_domains", "d.com").set("smtpd_soft_error_limit", "10000")
                .set("smtpd_hard_error_limit", "10000").set("relay_recipient_maps", type + ":" + file).start();
    }

    /** Up to the first recipient. */
    private static void begin(SmtpClient client) throws Exception {
        SmtpClient.expect("220", client.reply());
        SmtpClient.expect("250", client.command("EHLO client.example.test"));
        SmtpClient.expect("250", client.command("MAIL FROM:<x@example.test>"));
    }

    /** A server that falls silent while smtpd has a connection to it makes mail wait, and not for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"mysql", "pgsql", "ldap", "memcache"})
    void aServerThatFallsSilentAndGoesOn(String type) throws Exception {
        try (DatabaseServers servers = new DatabaseServers(folder)) {
            String[] settings = with(settings(servers, type), "timeout = 1");
            String answer = type.equals("memcache") ? "550 5.1.1 " : "250 ";
            try (Instance instance = knowing(type, settings);
                    SmtpClient client = new SmtpClient(instance.smtpPort())) {
                begin(client);
                assertThat(client.command("RCPT TO:<u@d.com>")).startsWith(answer);
                servers.freeze();
                try {
                    assertThat(client.command("RCPT TO:<u@d.com>")).startsWith("451 4.3.0 ");
                } finally {
                    servers.thaw();
                }
                instance.await("the server goes on", () -> client.command("RCPT TO:<u@d.com>").startsWith(answer));
            }
        }
    }

    /** A server that dies while smtpd has a connection to it makes mail wait, and answers again when it is back. */
    @ParameterizedTest
    @ValueSource(strings = {"mysql", "pgsql", "ldap", "memcache"})
    void aServerThatDiesAndComesBack(String type) throws Exception {
        try (DatabaseServers servers = new DatabaseServers(folder)) {
            String[] settings = settings(servers, type);
            // What memcached had is gone when it comes back, so that is asked for nothing.
            String answer = type.equals("memcache") ? "550 5.1.1 " : "250 ";
            try (Instance instance = knowing(type, settings);
                    SmtpClient client = new SmtpClient(instance.smtpPort())) {
                begin(client);
                assertThat(client.command("RCPT TO:<u@d.com>")).startsWith(answer);
                servers.kill();
                assertThat(client.command("RCPT TO:<u@d.com>")).startsWith("451 4.3.0 ");
                servers.again();
                instance.await("the server is back", () -> client.command("RCPT TO:<u@d.com>").startsWith(answer));
                assertThat(client.command("RCPT TO:<nobody@d.com>")).startsWith("550 5.1.1 ");
            }
        }
    }

    @Test
    void sqlite() throws Exception {
        Instance instance = new Instance(folder);
        instance.configure();
        Files.createFile(folder.resolve("empty.db"));
        for (String query : List.of("select '%s'", "select '%u' || '/' || '%d'", "select '%3-%2-%1'",
                "select 'x', null, '%s%%'", "select '%s' where '%u' = 'u'")) {
            compare(instance, "sqlite", "-", "dbpath = " + folder + "/empty.db", "query = " + query);
        }
        assertThat(differences).isEmpty();
    }
}
