package org.postrider.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postrider.common.lookup.TableException;
import org.postrider.common.lookup.TableType;
import org.postrider.common.lookup.Tables;
import org.postrider.tables.ldap.LdapType;
import org.postrider.tables.memcache.MemcacheType;
import org.postrider.tables.mongodb.MongodbType;
import org.postrider.tables.sql.MysqlType;
import org.postrider.tables.sql.PgsqlType;
import org.postrider.tables.sql.SqliteType;

/** Files of settings full of rubbish: a table, or an error that names the file, and the line where there is one. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SettingsFuzzTest {
    private static final List<String> NAMES = List.of("hosts", "user", "password", "dbname", "query", "result_format",
            "domain", "expansion_limit", "option_file", "tls_ca_file", "timeout", "retry_interval", "dbpath",
            "server_host", "server_port", "search_base", "query_filter", "result_attribute",
            "special_result_attribute", "scope", "bind", "version", "size_limit", "memcache", "backup", "key_format",
            "flags", "ttl", "max_try", "uri", "collection", "projection", "select_field", "table", "where_field",
            "additional_conditions", "encoding", "charset", "nosuch");
    private static final List<String> VALUES = List.of("", "x", "1", "-1", "99999999999999999999", "1h", "yes", "no",
            "'%s'", "%", "%%", "%q", "%9", "%s%u%d%1%S%U%D", "$x", "$hosts", "${", "inet:127.0.0.1:1", "inet:[::1]:1",
            "inet:x:99999", "unix:/nowhere/s", "/nowhere", "ldap://127.0.0.1:1", "ldaps://[", "mongodb://127.0.0.1:1",
            "mongodb://", "{", "}", "{\"a\": \"%s\"}", "{\"a\": {\"$where\": \"%s\"}}", "(a=%s)", "(&(a=%s", ")))",
            "select '%s'", "select \"%s", "select '%s' -- %u", "utf8", "latin1", "nocharset", "sub", "base", "\0",
            "\u00ff\u00fe", "a\n b", "#", "=", "x".repeat(100_000));

    /** What is not there has no line. */
    private static final String ABOUT_NO_LINE = "(?s).*(bad string length 0 < 1: \\w+ = |need exactly one of .*"
            + "|Invalid query template: SELECT .*)";

    @TempDir
    private Path directory;

    static Stream<TableType> types() {
        return Stream.of(new MysqlType(), new PgsqlType(), new SqliteType(), new LdapType(), new MemcacheType(),
                new MongodbType());
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                arguments(new MysqlType(), "dbname = d\n# none\nquery = select\n  '%q'",
                        "db_common_parse: FILE, line 3: Invalid query template: select  '%q'"),
                arguments(new MysqlType(), "dbname = d\nquery = x\ncharset = none",
                        "FILE, line 3: unsupported parameter value: charset = none"),
                arguments(new MysqlType(), "\n\noption_file = /no/such",
                        "FILE, line 3: open /no/such: No such file or directory"),
                arguments(new PgsqlType(), "dbname = d\nquery = x\nresult_format = %q",
                        "db_common_parse: FILE, line 3: Invalid result template: %q"),
                arguments(new PgsqlType(), "dbname = d\nquery = x\nrequire_result_set = maybe",
                        "FILE, line 3: bad boolean configuration: require_result_set = maybe"),
                arguments(new SqliteType(), "dbpath = /d\nquery = x\nexpansion_limit = 1\nexpansion_limit = -1",
                        "FILE, line 4: invalid expansion_limit parameter value -1 < 0"),
                arguments(new SqliteType(), "dbpath =", "FILE, line 1: bad string length 0 < 1: dbpath = "),
                arguments(new SqliteType(), "query = x", "FILE: bad string length 0 < 1: dbpath = "),
                arguments(new LdapType(), "bind = foo", "FILE, line 1: unsupported parameter value: bind = foo"),
                arguments(new LdapType(), "\nsearch_base = %",
                        "db_common_parse: FILE, line 2: Invalid query template: %"),
                arguments(new MemcacheType(), "ttl = 1h", "FILE, line 1: bad numerical configuration: ttl = 1h"),
                arguments(new MemcacheType(), "\nmemcache = inet:x",
                        "FILE, line 2: bad memcache server address: inet:x"),
                arguments(new MongodbType(), "uri = nothing", "FILE, line 1: bad uri: "),
                arguments(new MongodbType(),
                        "uri = mongodb://h\ndbname = d\ncollection = c\nresult_attribute = a\nquery_filter = {",
                        "FILE, line 5: query_filter is not JSON: "));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aValueThatCannotBeUsedIsSaidWithItsLine(TableType type, String text, String complaint) throws IOException {
        Path file = Files.writeString(directory.resolve("t.cf"), text + "\n");
        Tables tables = TestTables.complainingTo(new ArrayList<>());
        assertThatThrownBy(() -> type.open("t:" + file, file.toString(), tables)).isInstanceOf(TableException.class)
                .message().startsWith(complaint.replace("FILE", file.toString()));
    }

    @ParameterizedTest
    @MethodSource("types")
    void rubbish(TableType type) throws IOException {
        Random random = new Random(23);
        Path file = directory.resolve("t.cf");
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder();
            for (int lines = random.nextInt(12); lines > 0; lines--) {
                text.append(random.nextInt(20) == 0 ? "" : NAMES.get(random.nextInt(NAMES.size())))
                        .append(random.nextInt(20) == 0 ? "" : " = ").append(VALUES.get(random.nextInt(VALUES.size())))
                        .append('\n');
            }
            Files.write(file, text.toString().getBytes(StandardCharsets.ISO_8859_1));
            try {
                assertThat(type.open("t:" + file, file.toString(), TestTables.complainingTo(new ArrayList<>())))
                        .isNotNull();
            } catch (TableException e) {
                assertThat(e).as(text.toString()).message().contains(file.toString());
                if (!String.valueOf(e.getMessage()).matches(ABOUT_NO_LINE)) {
                    assertThat(e).as(text.toString()).message().contains(file + ", line ");
                }
            }
        }
    }
}
