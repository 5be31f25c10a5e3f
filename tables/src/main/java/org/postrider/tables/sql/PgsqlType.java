package org.postrider.tables.sql;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.net.URLEncoder;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.Optional;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.TableType;
import org.postrider.common.lookup.Tables;
import org.postrider.tables.DatabaseSettings;
import org.postrider.tables.DatabaseTable;
import org.postrider.tables.HostPool;

/** Type {@code pgsql}: PostgreSQL; pgsql_table(5). */
public final class PgsqlType implements TableType {
    private static final String LOCAL = "unix:";
    private static final int PORT = 5432;

    @Override
    public LookupTable open(String title, String name, Tables tables) {
        DatabaseSettings settings = DatabaseSettings.read(name, tables);
        List<HostPool.Host> hosts = new ArrayList<>();
        for (String word : settings.words("hosts", "localhost")) {
            hosts.add(new HostPool.Host(word, false));
        }
        boolean onlyUris = hosts.stream().allMatch(host -> PgsqlUri.isUri(host.name()));
        String database = onlyUris ? settings.text("dbname", "") : settings.needed("dbname");
        SqlSearch.Query query = SqlSearch.Query.read(settings, SqlDialect.PGSQL);
        Charset encoding = Encodings.pgsql(settings, "encoding");
        Login login = new Login(settings.text("user", ""), settings.text("password", ""), database,
                settings.number("timeout", SqlTimes.LIMIT_SECONDS, 1));
        HostPool<SqlSession> pool = new HostPool<>(hosts, login, SqlTimes.read(settings), tables.settings().clock(),
                Optional.of(tables.settings().random()), tables.settings().complaints());
        return DatabaseTable.of(title, settings, encoding, tables, new SqlSearch(query, pool));
    }

    /** Connects. */
    private record Login(String user, String password, String database, int seconds)
            implements
                HostPool.Driver<SqlSession> {
        @Override
        public SqlSession connect(HostPool.Host host) throws SQLException {
            Properties properties = new Properties();
            properties.setProperty("user", user.isEmpty() ? System.getProperty("user.name") : user);
            if (!password.isEmpty()) {
                properties.setProperty("password", password);
            }
            properties.setProperty("connectTimeout", Integer.toString(seconds));
            properties.setProperty("loginTimeout", Integer.toString(seconds));
            properties.setProperty("socketTimeout", Integer.toString(seconds));
            properties.setProperty("tcpKeepAlive", "true");
            properties.setProperty("ApplicationName", "postrider");
            // One message with the whole statement, as other clients and poolers of connections expect.
            properties.setProperty("preferQueryMode", "simple");
            properties.setProperty("maxResultBuffer", "8M");
            // As libpq's default: TLS where the server has it, and no check of who it is.
            properties.setProperty("sslmode", "prefer");
            properties.setProperty("gssEncMode", "disable");
            properties.setProperty("socketFactory", PgsqlNetworkFactory.class.getName());
            String url = PgsqlUri.isUri(host.name())
                    ? PgsqlUri.apply(host.name(), database, properties)
                    : url(host.name(), properties);
            Connection connection = driver().connect(url, properties);
            if (connection == null) {
                throw new SQLException("no connection");
            }
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SHOW standard_conforming_strings")) {
                return new SqlSession(connection, !row.next() || !"on".equals(row.getString(1)));
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        }

        /** The driver as a service: its classes carry annotations that the compiler can't resolve. */
        private static Driver driver() throws SQLException {
            for (Driver driver : ServiceLoader.load(Driver.class, PgsqlType.class.getClassLoader())) {
                if (driver.acceptsURL("jdbc:postgresql://localhost/")) {
                    return driver;
                }
            }
            throw new SQLException("no driver for PostgreSQL");
        }

        private String url(String word, Properties properties) {
            String name = URLEncoder.encode(database, StandardCharsets.UTF_8);
            String bare = word.startsWith(LOCAL) ? word.substring(LOCAL.length()) : Place.withoutPrefix(word);
            if (bare.startsWith("/")) {
                properties.setProperty("sslmode", "disable");
                properties.setProperty("socketFactory", PgsqlSocketFactory.class.getName());
                properties.setProperty("socketFactoryArg", socket(bare));
                return "jdbc:postgresql://localhost/" + name;
            }
            Place place = Place.parse(bare, PORT);
            String host = place.host().contains(":") ? "[" + place.host() + "]" : place.host();
            return "jdbc:postgresql://" + host + ":" + place.port() + "/" + name;
        }

        /** A folder stands for the server's socket in it. */
        private static String socket(String path) {
            return Files.isDirectory(Path.of(path)) ? path + "/.s.PGSQL." + PORT : path;
        }

        @Override
        public boolean isBroken(SqlSession session, Exception failure) {
            return SqlSearch.isBroken(session, failure);
        }

        @Override
        public String connectComplaint(HostPool.Host host, String reason) {
            return "connect to pgsql server " + host.name() + ": " + reason;
        }

        @Override
        public String queryComplaint(HostPool.Host host, String reason) {
            return "pgsql query failed: " + reason;
        }

        /** Without the password. */
        @Override
        public String toString() {
            return user + "@" + database;
        }
    }
}
