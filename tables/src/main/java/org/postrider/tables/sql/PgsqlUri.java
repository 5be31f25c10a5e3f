package org.postrider.tables.sql;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Properties;

/** A connection URI of PostgreSQL, {@code postgresql://user:password@host:port/database?sslmode=require}, for the Java driver. */
final class PgsqlUri {
    private PgsqlUri() {}

    static boolean isUri(String word) {
        return word.startsWith("postgresql://") || word.startsWith("postgres://");
    }

    /** Sets what the URI says; returns the driver's own form of it. */
    static String apply(String uri, String otherDatabase, Properties properties) throws SQLException {
        String rest = uri.substring(uri.indexOf("//") + 2);
        int question = rest.indexOf('?');
        String query = question < 0 ? "" : rest.substring(question + 1);
        rest = question < 0 ? rest : rest.substring(0, question);
        int slash = rest.indexOf('/');
        String path = slash < 0 ? "" : rest.substring(slash + 1);
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        int at = authority.lastIndexOf('@');
        if (at >= 0) {
            login(authority.substring(0, at), properties);
        }
        for (String pair : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            option(equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : decoded(pair.substring(equals + 1)),
                    properties);
        }
        String hosts = at < 0 ? authority : authority.substring(at + 1);
        String database = path.isEmpty() ? URLEncoder.encode(otherDatabase, StandardCharsets.UTF_8) : path;
        return "jdbc:postgresql://" + (hosts.isEmpty() ? "localhost" : hosts) + "/" + database;
    }

    private static void login(String text, Properties properties) {
        int colon = text.indexOf(':');
        properties.setProperty("user", decoded(colon < 0 ? text : text.substring(0, colon)));
        if (colon >= 0) {
            properties.setProperty("password", decoded(text.substring(colon + 1)));
        }
    }

    private static void option(String name, String value, Properties properties) throws SQLException {
        switch (name) {
            case "user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey", "options", "gssencmode" ->
                properties.setProperty(name.equals("gssencmode") ? "gssEncMode" : name, value);
            case "connect_timeout" -> properties.setProperty("connectTimeout", value);
            case "application_name" -> properties.setProperty("ApplicationName", value);
            case "target_session_attrs" -> properties.setProperty("targetServerType", switch (value) {
                case "read-write", "primary" -> "primary";
                case "read-only", "standby" -> "secondary";
                case "prefer-standby" -> "preferSecondary";
                default -> "any";
            });
            default -> throw new SQLException("connection option " + name + " is not supported");
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
