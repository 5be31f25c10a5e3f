package org.postrider.tables.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.common.lookup.TableException;
import org.postrider.tables.TestTables;
import org.sqlite.SQLiteConfig;
import org.sqlite.jdbc4.JDBC4Connection;

/** The answers are those that Postfix 3.7 gave for the same file and settings. */
class SqliteTest {
    private static final List<String> ROWS = List.of("'u@d.com','one','two'", "'u@d.com','x@y.z',null",
            "'u','justu','a@b'", "'o''b@d.com','quote',''", "'a\\b@d.com','back',''", "'ü@d.com','umlaut ü',''");

    @TempDir
    Path folder;

    private final List<String> complaints = new ArrayList<>();

    @BeforeEach
    void fill() throws SQLException {
        create("t.db", ROWS);
    }

    private void create(String name, List<String> rows) throws SQLException {
        Path file = folder.resolve(name);
        try (Connection connection = new JDBC4Connection("jdbc:sqlite:" + file, file.toString(),
                new SQLiteConfig().toProperties()); Statement statement = connection.createStatement()) {
            statement.executeUpdate("create table t(k text, v text, w text)");
            for (String row : rows) {
                statement.executeUpdate("insert into t values(" + row + ")");
            }
        }
    }

    private LookupTable table(String... settings) throws IOException {
        Path file = Files.writeString(folder.resolve("q.cf"),
                "dbpath = " + folder + "/t.db\n" + String.join("\n", settings) + "\n");
        return new SqliteType().open("sqlite:" + file, file.toString(), TestTables.complainingTo(complaints));
    }

    private static String said(LookupResult result) {
        return switch (result) {
            case LookupResult.Found(String value) -> value;
            case LookupResult.NotFound _ -> "-";
            case LookupResult.Unavailable(String reason) -> "! " + reason;
        };
    }

    @Test
    void theFirstColumnOfEveryRowIsAValue() throws IOException {
        LookupTable table = table("query = select v,w from t where k='%s'");
        assertThat(said(table.find("u@d.com"))).isEqualTo("one,x@y.z");
        assertThat(said(table.find("U@D.COM"))).isEqualTo("one,x@y.z");
        assertThat(said(table.find("o'b@d.com"))).isEqualTo("quote");
        assertThat(said(table.find("a\\b@d.com"))).isEqualTo("back");
        assertThat(said(table.find("nokey"))).isEqualTo("-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x' or '1'='1", "' or 1=1 --", "';drop table t;--", "' union select v,w from t--",
            "\\' or 1=1",
            "%", "_", "\" or \"1\"=\"1", "x'||(select v from t)||'"})
    void aHostileKeyIsNothingButAKey(String key) throws IOException {
        for (String query : List.of("select v from t where k='%s'", "select v from t where k=%s",
                "select v from t where k=\"%s\"", "select v from t where k in ('%s', '%u')")) {
            assertThat(said(table("query = " + query).find(key))).isEqualTo("-");
        }
        assertThat(said(table("query = select count(*) from t").find("x"))).isEqualTo("6");
    }

    @Test
    void textIsUtf8() throws IOException {
        LookupTable table = table("query = select v from t where k='%s'");
        assertThat(said(table.find("\u00c3\u00bc@d.com"))).isEqualTo("umlaut \u00c3\u00bc");
        assertThat(said(table.find("k\u00ff"))).isEqualTo("-");
        assertThat(complaints).singleElement().asString()
                .endsWith("q.cf: non-UTF-8 key \"k?\": malformed UTF-8 or invalid codepoint");
    }

    @Test
    void moreValuesThanAllowedAreAnError() throws IOException {
        LookupTable table = table("query = select v from t where k='%s'", "expansion_limit = 1");
        assertThat(said(table.find("u"))).isEqualTo("justu");
        assertThat(said(table.find("u@d.com"))).startsWith("! ")
                .endsWith("Expansion limit exceeded for key 'u@d.com'");
    }

    @Test
    void onlyAddressesInTheDomainsAreAskedFor() throws IOException {
        LookupTable table = table("query = select '%s'", "domain = d.com, E.com");
        assertThat(said(table.find("u@d.com"))).isEqualTo("u@d.com");
        assertThat(said(table.find("u@e.com"))).isEqualTo("u@e.com");
        assertThat(List.of(said(table.find("u")), said(table.find("@d.com")), said(table.find("d.com")),
                said(table.find("u@x.d.com")))).containsOnly("-");
    }

    @Test
    void theOldParametersMakeTheQuery() throws IOException {
        LookupTable table = table("table = t", "select_field = v", "where_field = k",
                "additional_conditions = and v <> 'one'");
        assertThat(said(table.find("u@d.com"))).isEqualTo("x@y.z");
    }

    @Test
    void settingsMayStandInMainCf() {
        LookupTable table = new SqliteType().open("sqlite:accounts", "accounts", TestTables.withMain(
                "accounts_dbpath", folder + "/t.db", "accounts_query", "select v from t where k='%s'"));
        assertThat(said(table.find("u"))).isEqualTo("justu");
    }

    @Test
    void settingsMayStandInBraces() {
        String name = "{{dbpath = " + folder + "/t.db} {query = select v from t where k='%s'}}";
        assertThat(said(new SqliteType().open("sqlite:" + name, name, TestTables.complainingTo(complaints)).find("u")))
                .isEqualTo("justu");
    }

    @Test
    void aBadStatementIsForLater() throws IOException {
        assertThat(said(table("query = selec").find("u"))).startsWith("! ").contains("query error");
        assertThat(complaints.getFirst()).contains("SQL prepare failed");
    }

    @Test
    void aMissingFileComesBack() throws IOException, SQLException {
        LookupTable table = table("query = select v from t where k='%s'");
        assertThat(said(table.find("u"))).isEqualTo("justu");
        create("new.db", List.of("'u','changed',''"));
        Files.move(folder.resolve("new.db"), folder.resolve("t.db"),
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(said(table.find("u"))).isEqualTo("changed");
        Files.delete(folder.resolve("t.db"));
        assertThat(said(table.find("u"))).startsWith("! ").contains("No such file or directory");
    }

    @Test
    void wrongSettingsAreSaidInPostfixWords() {
        assertThatThrownBy(() -> table("query = select 1", "expansion_limit = x")).isInstanceOf(TableException.class)
                .hasMessage(folder + "/q.cf, line 3: bad numerical configuration: expansion_limit = x");
        assertThatThrownBy(() -> table("")).hasMessage(folder + "/q.cf: bad string length 0 < 1: table = ");
        assertThatThrownBy(() -> new SqliteType().open("sqlite:/no/such", "/no/such",
                TestTables.complainingTo(complaints))).hasMessage("open /no/such: No such file or directory");
        assertThatThrownBy(() -> new SqliteType().open("sqlite:name", "name", TestTables.withMain()))
                .hasMessage("bad string length 0 < 1: name_dbpath = ");
    }
}
