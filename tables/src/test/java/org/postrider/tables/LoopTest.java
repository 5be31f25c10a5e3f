package org.postrider.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableException;
import org.postrider.common.lookup.TablePlugins;
import org.postrider.common.lookup.TableServices;
import org.postrider.common.lookup.TableSettings;
import org.postrider.common.lookup.TableSource;
import org.postrider.common.lookup.Tables;

/** Tables whose settings lead back to them. */
class LoopTest {
    @TempDir
    Path folder;

    private final List<String> complaints = new ArrayList<>();
    private Tables tables;

    @BeforeEach
    void plugins() throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(folder.resolve("empty.jar")))) {
            jar.setComment("The classes are on the class path.");
        }
        Files.writeString(folder.resolve("types"), "memcache org.postrider.tables.memcache.MemcacheType empty.jar\n"
                + "sqlite org.postrider.tables.sql.SqliteType empty.jar\n");
        tables = new Tables(TableSettings.of(folder, InstantSource.system())
                .withComplaints(TestTables.keeping(complaints))
                .withServices(new TableServices(() -> Parameters.of(Map.of()), TablePlugins.in(folder),
                        Optional.empty(), Optional.empty())));
    }

    private String write(String name, String... lines) throws IOException {
        return Files.write(folder.resolve(name), List.of(lines)).toString();
    }

    private void isUnavailable(String table, String key) {
        assertThat(tables.open(table).find(key)).isInstanceOf(LookupResult.Unavailable.class);
        assertThat(complaints).contains("table " + table + " names itself in its settings");
    }

    @Test
    void aBackupThatIsTheTableItself() throws IOException {
        String file = folder + "/a.cf";
        write("a.cf", "memcache = inet:127.0.0.1:1", "backup = memcache:" + file);
        isUnavailable("memcache:" + file, "key");
    }

    @Test
    void twoThatLeadToEachOther() throws IOException {
        String one = folder + "/one.cf";
        String other = write("other.cf", "memcache = inet:127.0.0.1:1", "backup = proxy:memcache:" + one);
        write("one.cf", "memcache = inet:127.0.0.1:1", "backup = unionmap:{memcache:" + other + "}");
        isUnavailable("memcache:" + one, "key");
    }

    @Test
    void aDomainListThatIsTheTableItself() throws IOException {
        String file = folder + "/d.cf";
        String list = write("list", "sqlite:" + file);
        write("d.cf", "dbpath = " + folder + "/no.db", "query = SELECT '%s'", "domain = " + list);
        isUnavailable("sqlite:" + file, "a@example.com");
    }

    @Test
    void aCommandEndsWithTheReason() throws IOException {
        String file = folder + "/a.cf";
        write("a.cf", "memcache = inet:127.0.0.1:1", "backup = memcache:" + file);
        Tables strict = new Tables(tables.settings().withOpenErrorIsFatal(true));
        assertThatThrownBy(() -> strict.openOrFail("memcache:" + file, TableSource.Form.MAP))
                .isInstanceOf(TableException.class)
                .hasMessage("table memcache:" + file + " names itself in its settings");
    }

    /** That a table is open already is no loop. */
    @Test
    void aTableMayStandInSeveralPlaces() throws IOException {
        String file = write("b.cf", "memcache = inet:127.0.0.1:1", "backup = inline:{a=1}");
        String table = "memcache:" + file;
        assertThat(tables.open("unionmap:{" + table + " " + table + "}").find("a"))
                .isEqualTo(new LookupResult.Found("1,1"));
        assertThat(complaints).noneMatch(line -> line.contains("names itself"));
    }
}
