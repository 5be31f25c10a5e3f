package org.postrider.tests;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.postrider.common.posix.Identity;

/**
 * MariaDB, PostgreSQL, OpenLDAP's slapd and memcached, from Debian's packages, with data of the test's own below one folder. Each runs
 * on a port of its own of the loopback interface and ends with the test.
 */
final class DatabaseServers implements AutoCloseable {
    private static final boolean ROOT = Identity.effectiveUid() == 0;
    private static final String ROWS = """
            create table t(k varchar(100), v varchar(100), w varchar(100));
            insert into t values('u@d.com','one','two'),('u@d.com','x@y.z',null),('u','justu','a@b'),
              ('o''b@d.com','quote',''),('%@d.com','pct',''),('d.com','domain',''),('ü@e.com','umlaut ü',''),
              ('"q"@d.com','double',''),('x;y@d.com','semicolon',''),('$1@d.com','dollar','');
            """;
    private static final String ENTRIES = """
            dn: dc=x
            objectClass: domain
            dc: x

            dn: ou=d.com,dc=x
            objectClass: organizationalUnit
            ou: d.com

            dn: cn=one,ou=d.com,dc=x
            objectClass: inetOrgPerson
            cn: one
            sn: one
            mail: u@d.com
            mail: alias@d.com
            description: first
            description: x@y.z

            dn: cn=o\\,p,ou=d.com,dc=x
            objectClass: inetOrgPerson
            cn: o,p
            sn: p
            mail: o*p@d.com
            mail: b\\s@d.com
            mail: (p)@d.com
            description: second

            dn: cn=group,ou=d.com,dc=x
            objectClass: inetOrgPerson
            cn: group
            sn: group
            mail: group@d.com
            seeAlso: cn=one,ou=d.com,dc=x
            seeAlso: cn=gone,ou=d.com,dc=x
            seeAlso: cn=o\\,p,ou=d.com,dc=x

            dn: cn=loop,ou=d.com,dc=x
            objectClass: inetOrgPerson
            cn: loop
            sn: loop
            mail: loop@d.com
            seeAlso: cn=loop,ou=d.com,dc=x

            dn: cn=terminal,ou=d.com,dc=x
            objectClass: inetOrgPerson
            cn: terminal
            sn: terminal
            mail: terminal@d.com
            description: hidden
            seeAlso: cn=one,ou=d.com,dc=x
            street: host

            dn: cn=url,ou=d.com,dc=x
            objectClass: inetOrgPerson
            cn: url
            sn: url
            mail: url@d.com
            labeledURI: ldap:///ou=d.com,dc=x?mail?sub?(cn=one)
            """;

    /** A server's certificate for peer.test, and the authority that signed it. */
    static final Path CERTIFICATES = Path.of("../smtp-client/src/test/resources/tls").toAbsolutePath().normalize();

    private final Path folder;
    private final List<Process> started = new ArrayList<>();

    DatabaseServers(Path folder) throws IOException {
        this.folder = folder;
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    static void needs(Class<?> test) throws IOException {
        Prerequisites.programs(test, "postmap", "mariadbd", "mariadb-install-db", "mariadb", "slapd", "slapadd",
                "memcached", "setpriv", "psql");
        Prerequisites.file(test, "/usr/lib/postgresql");
        Prerequisites.file(test, "/etc/ldap/schema/core.schema");
        for (String type : List.of("mysql", "pgsql", "ldap", "sqlite")) {
            Prerequisites.file(test, "/usr/lib/postfix/postfix-" + type + ".so");
        }
    }

    /** MariaDB; user m, password {@code p$w}, database mail. Returns its port; its socket is {@code my/s}. */
    int mariadb() throws Exception {
        int port = Ports.free();
        Path home = owned("my", "mysql");
        run("", List.of("mariadb-install-db", "--no-defaults", "--datadir=" + home + "/data",
                "--auth-root-authentication-method=normal", "--skip-test-db", "--user=" + user("mysql")));
        start("mysql", "mariadbd", "--no-defaults", "--datadir=" + home + "/data", "--socket=" + home + "/s",
                "--port=" + port, "--bind-address=127.0.0.1", "--innodb-buffer-pool-size=8M",
                "--ssl-cert=" + secret(home, "peer-cert.pem", "mysql"),
                "--ssl-key=" + secret(home, "peer-key.pem", "mysql"));
        List<String> client = List.of("mariadb", "--no-defaults", "--default-character-set=utf8mb4", "-S", home + "/s",
                "-u", "root");
        answers(client, "select 1");
        run("create database mail character set utf8mb4 collate utf8mb4_bin; use mail;" + ROWS + """
                insert into t values('a\\\\b@d.com','back','');
                create user m@'%' identified by 'p$w'; grant all on mail.* to m@'%';
                create user m@localhost identified by 'p$w'; grant all on mail.* to m@localhost;
                create user t@'%' identified by 'p$w' require ssl; grant all on mail.* to t@'%';
                delimiter //
                create procedure lookup(in p varchar(100)) reads sql data begin select v from t where k=p; end//
                create procedure silent(in p varchar(100)) begin set @x=p; end//
                """, client);
        return port;
    }

    /** PostgreSQL; user m, password p, database mail. Returns its port; its socket is in {@code pg}. */
    int postgresql() throws Exception {
        int port = Ports.free();
        Path home = owned("pg", "postgres");
        String programs;
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            programs = versions.max(Comparator.naturalOrder()).orElseThrow() + "/bin/";
        }
        run("", as("postgres", programs + "initdb", "-D", home + "/data", "-U", "postgres", "-E", "UTF8",
                "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=scram-sha-256"));
        start("postgres", programs + "postgres", "-D", home + "/data", "-p", Integer.toString(port), "-h", "127.0.0.1",
                "-k", home.toString(), "-c", "fsync=off", "-c", "ssl=on", "-c",
                "ssl_cert_file=" + secret(home, "peer-cert.pem", "postgres"), "-c",
                "ssl_key_file=" + secret(home, "peer-key.pem", "postgres"));
        answers(psql(home, port, "postgres"), "select 1");
        run("create database mail;", psql(home, port, "postgres"));
        run(ROWS + """
                insert into t values('a\\b@d.com','back','');
                create role m login password 'p'; grant select on t to m;
                create function lookup(text) returns setof text language sql as 'select v::text from t where k=$1';
                """, psql(home, port, "mail"));
        Files.createSymbolicLink(home.resolve(".s.PGSQL.5432"), home.resolve(".s.PGSQL." + port));
        return port;
    }

    private static List<String> psql(Path home, int port, String database) {
        return List.of("psql", "-v", "ON_ERROR_STOP=1", "-q", "-h", home.toString(), "-p", Integer.toString(port), "-U",
                "postgres", database);
    }

    /** slapd; returns its port. The super-user of the directory is cn=admin,dc=x with password secret; its socket is {@code ld/s}. */
    int slapd() throws Exception {
        int port = Ports.free();
        Path home = Files.createDirectories(folder.resolve("ld"));
        Files.createDirectories(home.resolve("db"));
        Files.writeString(home.resolve("slapd.conf"), """
                include /etc/ldap/schema/core.schema
                include /etc/ldap/schema/cosine.schema
                include /etc/ldap/schema/inetorgperson.schema
                modulepath /usr/lib/ldap
                moduleload back_mdb
                database mdb
                suffix "dc=x"
                rootdn "cn=admin,dc=x"
                rootpw secret
                directory %1$s/db
                TLSCertificateFile %2$s/peer-cert.pem
                TLSCertificateKeyFile %2$s/peer-key.pem
                """.formatted(home, CERTIFICATES));
        Files.writeString(home.resolve("data.ldif"), ENTRIES);
        run("", List.of("slapadd", "-f", home + "/slapd.conf", "-l", home + "/data.ldif"));
        start("", "slapd", "-f", home + "/slapd.conf", "-h",
                "ldap://127.0.0.1:" + port + " ldapi://" + (home + "/s").replace("/", "%2F"), "-d", "0");
        Awaitility.await("slapd").atMost(Instance.PATIENCE).until(() -> Files.exists(home.resolve("s")));
        return port;
    }

    /** memcached; returns its port. */
    int memcached() throws IOException {
        int port = Ports.free();
        start("", "memcached", "-l", "127.0.0.1", "-p", Integer.toString(port), "-u", "nobody");
        Awaitility.await("memcached").atMost(Instance.PATIENCE).ignoreExceptions().until(() -> {
            new Socket("127.0.0.1", port).close();
            return true;
        });
        return port;
    }

    private static String user(String name) {
        return ROOT ? name : System.getProperty("user.name");
    }

    private Path owned(String name, String user) throws IOException {
        Path made = Files.createDirectories(folder.resolve(name));
        Files.setOwner(made, made.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user(user)));
        return made;
    }

    /** A certificate or key, readable for its user only, as servers want it. */
    private static Path secret(Path home, String name, String user) throws IOException {
        Path copy = Files.copy(CERTIFICATES.resolve(name), home.resolve(name));
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
        Files.setOwner(copy, copy.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user(user)));
        return copy;
    }

    private static List<String> as(String user, String... command) {
        List<String> line = new ArrayList<>();
        if (ROOT && !user.isEmpty()) {
            line.addAll(List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups"));
        }
        line.addAll(List.of(command));
        return line;
    }

    /** How the servers were started. */
    private final List<Command> commands = new ArrayList<>();

    private record Command(String user, List<String> words) {}

    private void start(String user, String... command) throws IOException {
        commands.add(new Command(user, List.of(command)));
        run(user, command);
    }

    /** All servers die: in the middle of whatever they do, but without leaving parts of themselves behind. */
    void kill() throws Exception {
        for (Process process : started) {
            // PostgreSQL's children go with it when it is told so.
            run("", List.of("kill", commands.getFirst().user.equals("postgres") ? "-QUIT" : "-KILL",
                    Long.toString(process.pid())));
        }
        Awaitility.await("the servers die").atMost(Instance.PATIENCE)
                .until(() -> started.stream().noneMatch(Process::isAlive));
        started.clear();
    }

    /** All servers stand still: their connections stay, and nobody answers. */
    void freeze() throws Exception {
        signal("-STOP");
    }

    /** They go on where they were. */
    void thaw() throws Exception {
        signal("-CONT");
    }

    private void signal(String name) throws Exception {
        for (Process process : started) {
            // PostgreSQL has a child for each connection.
            List<String> line = new ArrayList<>(List.of("kill", name, Long.toString(process.pid())));
            process.descendants().forEach(child -> line.add(Long.toString(child.pid())));
            run("", line);
        }
    }

    /** The servers are started again, with the data they have left. */
    void again() throws IOException {
        for (Command command : commands) {
            run(command.user, command.words.toArray(String[]::new));
        }
    }

    private void run(String user, String... command) throws IOException {
        started.add(new ProcessBuilder(as(user, command)).redirectErrorStream(true)
                .redirectOutput(folder.resolve(command[0].replace('/', '-') + ".log").toFile()).start());
    }

    private static void run(String input, List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command.getFirst() + ": " + said);
        }
    }

    private static void answers(List<String> client, String question) {
        Awaitility.await(client.getFirst()).atMost(Instance.PATIENCE).ignoreExceptions().until(() -> {
            run(question, client);
            return true;
        });
    }

    @Override
    public void close() {
        started.forEach(Process::destroy);
        Awaitility.await("the servers end").atMost(Instance.PATIENCE)
                .until(() -> started.stream().noneMatch(Process::isAlive));
    }
}
