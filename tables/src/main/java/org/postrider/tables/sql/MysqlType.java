package org.postrider.tables.sql;

import java.nio.charset.Charset;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.mariadb.jdbc.Driver;
import java.util.Optional;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.TableType;
import org.postrider.common.lookup.Tables;
import org.postrider.tables.DatabaseSettings;
import org.postrider.tables.DatabaseTable;
import org.postrider.tables.HostPool;

/** Type {@code mysql}: MariaDB and MySQL; mysql_table(5). */
public final class MysqlType implements TableType {
    private static final String LOCAL = "unix:";
    private static final int PORT = 3306;

    @Override
    public LookupTable open(String title, String name, Tables tables) {
        DatabaseSettings settings = DatabaseSettings.read(name, tables);
        OptionFile options = OptionFile.read(settings);
        String database = settings.needed("dbname");
        SqlSearch.Query query = SqlSearch.Query.read(settings, SqlDialect.MYSQL);
        Charset encoding = Encodings.mysql(settings, "charset");
        MysqlTls tls = MysqlTls.read(settings, options);
        Login login = new Login(settings.text("user", options.value("user")),
                settings.text("password", options.value("password")), database,
                settings.number("timeout", SqlTimes.LIMIT_SECONDS, 1), tls);
        HostPool<SqlSession> pool = new HostPool<>(hosts(settings, options), login, SqlTimes.read(settings),
                tables.settings().clock(), Optional.of(tables.settings().random()), tables.settings().complaints());
        return DatabaseTable.of(title, settings, encoding, tables, new SqlSearch(query, pool));
    }

    private static List<HostPool.Host> hosts(DatabaseSettings settings, OptionFile options) {
        List<HostPool.Host> hosts = new ArrayList<>();
        for (String word : settings.words("hosts", "")) {
            hosts.add(new HostPool.Host(word, word.startsWith(LOCAL) || isDefaultSocket(word)));
        }
        if (!hosts.isEmpty()) {
            return hosts;
        }
        if (!options.value("socket").isEmpty()) {
            return List.of(new HostPool.Host(LOCAL + options.value("socket"), true));
        }
        String host = options.value("host").isEmpty() ? "localhost" : options.value("host");
        String port = options.value("port");
        return List.of(new HostPool.Host(port.isEmpty() ? host : host + ":" + port, isDefaultSocket(host)));
    }

    /** The client library takes the name localhost for its default socket. */
    private static boolean isDefaultSocket(String word) {
        return Place.withoutPrefix(word).equals("localhost");
    }

    /** Connects. */
    private record Login(String user, String password, String database, int seconds, MysqlTls tls)
            implements
                HostPool.Driver<SqlSession> {
        private static final String DEFAULT_SOCKET = "/run/mysqld/mysqld.sock";

        @Override
        public SqlSession connect(HostPool.Host host) throws SQLException {
            Properties properties = new Properties();
            properties.setProperty("user", user);
            properties.setProperty("password", password);
            String millis = Long.toString(Duration.ofSeconds(seconds).toMillis());
            properties.setProperty("connectTimeout", millis);
            properties.setProperty("socketTimeout", millis);
            // A server must not read our files, nor send us to another server.
            properties.setProperty("allowLocalInfile", "false");
            properties.setProperty("permitRedirect", "false");
            properties.setProperty("tcpKeepAlive", "true");
            tls.apply(properties);
            return session(open(host, properties));
        }

        private Connection open(HostPool.Host host, Properties properties) throws SQLException {
            String address;
            if (host.local()) {
                properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
                properties.setProperty(UnixSocketFactory.PATH, host.name().startsWith(LOCAL)
                        ? Path.of(host.name().substring(LOCAL.length())).toString()
                        : DEFAULT_SOCKET);
                address = "localhost";
            } else {
                properties.setProperty("socketFactory", MysqlNetworkFactory.class.getName());
                Place place = Place.parse(host.name(), PORT);
                address = "address=(host=" + place.host() + ")(port=" + place.port() + ")(type=primary)";
            }
            Connection connection = new Driver().connect("jdbc:mariadb://" + address + "/" + encoded(database),
                    properties);
            if (connection == null) {
                throw new SQLException("no connection");
            }
            return connection;
        }

        private static String encoded(String database) {
            return database.replace("%", "%25").replace("?", "%3F").replace("/", "%2F").replace("&", "%26");
        }

        private static SqlSession session(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT @@sql_mode")) {
                boolean plain = row.next() && String.valueOf(row.getString(1)).contains("NO_BACKSLASH_ESCAPES");
                return new SqlSession(connection, !plain);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        }

        @Override
        public boolean isBroken(SqlSession session, Exception failure) {
            return SqlSearch.isBroken(session, failure);
        }

        @Override
        public String connectComplaint(HostPool.Host host, String reason) {
            return "connect to mysql server " + host.name() + ": " + reason;
        }

        @Override
        public String queryComplaint(HostPool.Host host, String reason) {
            return "mysql query failed: " + reason;
        }

        /** Without the password. */
        @Override
        public String toString() {
            return user + "@" + database;
        }
    }
}
