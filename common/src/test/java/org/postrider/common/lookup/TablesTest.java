package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.posix.FileLocks;

/** Every table type through {@link Tables}: what the administrator writes, what is asked, what comes back. */
class TablesTest {
    @TempDir
    private Path directory;

    private final RecordedComplaints complaints = new RecordedComplaints();
    private Instant now = Instant.ofEpochSecond(1000);
    private Tables tables;

    @BeforeEach
    void open() throws IOException {
        Files.writeString(directory.resolve("passwd"), "root:x:0:0:root:/root:/bin/sh\nann:x:5:5::/home/ann:\n");
        Files.writeString(directory.resolve("group"), "mail:x:8:\n");
        tables = new Tables(TableSettings.of(directory, () -> now).withComplaints(complaints)
                .withEnvironment(Map.of("HOME", "/h")).withAccounts(
                        AccountDatabase.ofFiles(directory.resolve("passwd"), directory.resolve("group"))));
    }

    private void write(String name, String text) throws IOException {
        Files.write(directory.resolve(name), text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private String ask(String table, String key) {
        return said(tables.open(table).find(key));
    }

    private static String said(LookupResult result) {
        return switch (result) {
            case LookupResult.Found(String value) -> value;
            case LookupResult.NotFound() -> "-";
            case LookupResult.Unavailable(String reason) -> "!" + reason;
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"inline:{a=1, b=2} | B | 2", "inline:{a=1, { b = x y }} | b | x y",
            "inline:{a=1} | c | -", "static:hello | x | hello", "static:{ hello there } | x | hello there",
            "environ:x | HOME | /h", "environ:x | NONE | -", "internal:x | y | -",
            "fail:x | y | !table fail:x: always fails", "proxy:inline:{a=1} | a | 1",
            "unix:passwd.byname | ann | ann:x:5:5::/home/ann:", "unix:passwd.byname | nobody | -",
            "unix:group.byname | mail | mail:x:8:", "unionmap:{static:a, static:b, inline:{q=1}} | x | a,b",
            "unionmap:{inline:{q=1}} | x | -", "unionmap:{static:a, fail:b} | x | !table fail:b: always fails",
            "pipemap:{inline:{a=b}, inline:{b=c}} | a | c", "pipemap:{inline:{a=b}, inline:{x=c}} | a | -",
            "randmap:{one} | x | one", "cidr:{{10.0.0.0/8 ten}, {::/0 six}} | 10.1.2.3 | ten",
            "cidr:{{10.0.0.0/8 ten}, {::/0 six}} | 2001:db8::1 | six", "cidr:{{!10.0.0.0/8 other}} | 11.0.0.1 | other",
            "regexp:{{/^(.*)-out@(.*)$/ $1@${2}}} | l-out@x | l@x", "pcre:{{/a(?=b)/ yes}} | AB | yes",
            "nosuch:x | y | !unsupported dictionary type: nosuch", "sdbm:x | y | !unsupported dictionary type: sdbm",
            "dbm:x | y | !unsupported dictionary type: dbm", "nis:mail.aliases | y | -",
            "/etc/x | y | !open dictionary: expecting \"type:name\" form instead of \"/etc/x\"",
            "inline:{a} | a | !missing '=' after attribute name: \"inline:{a}\"; need \"inline:{name=value...}\""})
    void answers(String table, String key, String expected) {
        assertThat(ask(table, key)).isEqualTo(expected);
    }

    @Test
    void aTextSourceIsReadAsPostmapReadsIt() throws IOException {
        write("t", "# c\na@B c\na@b d\n  cont\nkeyonly\nfoo: bar\n\n\"q \\\"k\" long\n# between\n\n  value\n");
        assertThat(ask("texthash:t", "A@b")).isEqualTo("c");
        assertThat(ask("texthash:t", "foo:")).isEqualTo("bar");
        assertThat(ask("texthash:t", "\"q \\\"k\"")).isEqualTo("long  value");
        String file = directory.resolve("t").toString();
        assertThat(complaints.lines).containsExactly(
                "warning: " + file + ", line 3: duplicate entry: \"a@b\"",
                "warning: " + file + ", line 5: expected format: key whitespace value -- ignoring this line",
                "warning: " + file + ", line 6: record is in \"key: value\" format; is this an alias file?");
    }

    @Test
    void anAliasSourceIsReadAsPostaliasReadsIt() throws IOException {
        write("al", "Root: me, you\nfoo bar\n\"a b\": c\nfoo@x: y\nlist:\"|/bin/x y\"\n  , z\n");
        LookupTable table = tables.openAliases("hash:al");
        assertThat(said(table.find("root"))).isEqualTo("me, you");
        assertThat(said(table.find("foo"))).isEqualTo("bar");
        assertThat(said(table.find("a b"))).isEqualTo("c");
        assertThat(said(table.find("list"))).isEqualTo("\"|/bin/x y\", z");
        String file = directory.resolve("al").toString();
        assertThat(complaints.lines).containsExactly("warning: " + file + ", line 4: name must be local");
    }

    @Test
    void aMissingFileIsUnavailableUntilItIsThere() throws IOException {
        String problem = "open database " + directory.resolve("t") + ".db: No such file or directory";
        assertThat(ask("hash:t", "a")).isEqualTo("!" + problem);
        now = now.plusSeconds(2);
        assertThat(ask("hash:t", "a")).isEqualTo("!" + problem);
        assertThat(complaints.lines).containsExactly("error: " + problem);
        write("t", "a 1\n");
        now = now.plusSeconds(2);
        assertThat(ask("hash:t", "a")).isEqualTo("1");
    }

    @Test
    void anOpenErrorIsFatalWhereTheAdministratorSaysSo() {
        Tables strict = new Tables(tables.settings().withOpenErrorIsFatal(true));
        assertThatThrownBy(() -> strict.open("regexp:none")).isInstanceOf(TableException.class)
                .hasMessage("open " + directory.resolve("none") + ": No such file or directory");
        assertThatThrownBy(() -> tables.openOrFail("what:x", TableSource.Form.MAP))
                .hasMessage("unsupported dictionary type: what");
    }

    @Test
    void aConstantDatabaseIsWrittenAndRead() throws IOException {
        Map<String, String> entries = new java.util.LinkedHashMap<>();
        for (int i = 0; i < 2000; i++) {
            entries.put("key" + i, "value " + i);
        }
        try (CdbWriter writer = CdbWriter.open(directory.resolve("c.cdb"), 0644, false)) {
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                assertThat(writer.put(entry.getKey(), entry.getValue(), false)).isTrue();
            }
            assertThat(writer.put("key7", "again", false)).isFalse();
            writer.commit();
        }
        assertThat(ask("cdb:c", "KEY1999")).isEqualTo("value 1999");
        assertThat(ask("cdb:c", "key2000")).isEqualTo("-");
        Map<String, String> back = new java.util.LinkedHashMap<>();
        CdbContents.open(directory.resolve("c.cdb"), true).forEach(back::put);
        assertThat(back).isEqualTo(entries);
        try (CdbWriter writer = CdbWriter.open(directory.resolve("e.cdb"), 0644, false)) {
            writer.commit();
        }
        assertThat(ask("cdb:e", "x")).isEqualTo("-");
        write("bad.cdb", "\0".repeat(2044) + "\377\377\377\177");
        assertThat(ask("cdb:bad", "x")).isIn("-", "!cdb file is damaged");
    }

    @Test
    void utf8KeysFold() throws IOException {
        write("t", new String("\u00c4rger@\u00d6.example x\n".getBytes(StandardCharsets.UTF_8),
                StandardCharsets.ISO_8859_1));
        String key = new String("\u00e4RGER@\u00f6.example".getBytes(StandardCharsets.UTF_8),
                StandardCharsets.ISO_8859_1);
        assertThat(ask("texthash:t", key)).isEqualTo("x");
    }

    @Test
    void aTableUnderDebugTellsEveryQuestion() {
        assertThat(ask("debug:inline:{a=1}", "a")).isEqualTo("1");
        assertThat(ask("debug:inline:{a=1}", "b")).isEqualTo("-");
        assertThat(ask("debug:fail:x", "b")).isEqualTo("!table fail:x: always fails");
        assertThat(tables.open("debug:cidr:{{1.1.1.1 x}}").wantsWholeKey()).isTrue();
        assertThat(ask("debug:nosuch:x", "a")).isEqualTo("!unsupported dictionary type: nosuch");
        assertThat(complaints.lines).containsExactly("note: inline:{a=1} lookup: \"a\" = \"1\"",
                "note: inline:{a=1} lookup: \"b\" = \"not_found\"", "note: fail:x lookup: \"b\" = \"error\"",
                "error: unsupported dictionary type: nosuch");
    }

    @Test
    void tablesInTablesEndSomewhere() {
        String around = "debug:";
        assertThat(ask(around.repeat(30) + "static:x", "a")).startsWith("!tables are nested too deep: \"debug:");
        assertThat(ask("unionmap:{".repeat(30) + "static:x" + "}".repeat(30), "a"))
                .startsWith("!tables are nested too deep: \"unionmap:");
        assertThat(ask("pipemap:{".repeat(5) + "static:x" + "}".repeat(5), "a")).isEqualTo("x");
    }

    /** Postfix: "returns an empty string result", and the mail waits. */
    @Test
    void anEmptyResultIsNoAnswer() {
        assertThat(tables.list("inline:{a=, b=1}").find("a")).isInstanceOf(LookupResult.Unavailable.class);
        assertThat(tables.list("inline:{a=, b=1}").find("b")).isEqualTo(new LookupResult.Found("1"));
        assertThat(tables.list("static:{}").find("b")).isInstanceOf(LookupResult.Unavailable.class);
    }

    @Test
    void oneTableForOneName() {
        assertThat(tables.open("inline:{a=1}")).isSameAs(tables.open("inline:{a=1}"));
    }

    @Test
    void substitutionIsRefusedWhereItWouldBeDangerous() {
        String name = "regexp:{{/^(.*)$/ |$1}, {/a/ cost $$5}}";
        assertThat(ask(name, "a")).isEqualTo("|a");
        assertThat(said(tables.openAliases(name).find("a"))).isEqualTo("cost $5");
        assertThat(said(tables.withoutSubstitution().open(name).find("a"))).isEqualTo("cost $5");
        assertThat(complaints.lines).first().asString()
                .endsWith("line 1: regular expression substitution is not allowed: skipping this rule");
    }

    @Test
    void manyBlocksWithOneResultHaveItOnce() throws IOException {
        write("blocks", "192.0.2.0/24 REJECT\n198.51.100.0/24 REJECT\n2001:db8::/32 REJECT\n");
        LookupTable table = tables.open("cidr:blocks");
        assertThat(table.find("192.0.2.1")).isEqualTo(new LookupResult.Found("REJECT"))
                .isSameAs(table.find("198.51.100.1")).isSameAs(table.find("2001:db8::1"));
    }

    @Test
    void aLargeTableFitsIntoItsTextAndAFewBytes() {
        CompactMap map = new CompactMap();
        for (int i = 0; i < 100_000; i++) {
            assertThat(map.put("user" + i + "@example.com", "mailbox/" + i)).isTrue();
        }
        assertThat(map.put("user7@example.com", "other")).isFalse();
        assertThat(map.finished().get("user7@example.com")).isEqualTo("mailbox/7");
        assertThat(map.get("user99999@example.com")).isEqualTo("mailbox/99999");
        assertThat(map.get("user100000@example.com")).isNull();
        assertThat(map.size()).isEqualTo(100_000);
    }

    private void copyIndex(String fixture, String name) throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/tables/" + fixture)) {
            Files.write(directory.resolve(name), Objects.requireNonNull(in).readAllBytes());
        }
    }

    private void setTime(String name, long seconds) throws IOException {
        Files.setLastModifiedTime(directory.resolve(name), FileTime.from(Instant.ofEpochSecond(seconds)));
        now = now.plusSeconds(2);
    }

    @Test
    void theNewestIndexOfAHashAnswersUnlessItsSourceIsNewer() throws IOException {
        write("t", "key1 edited\n");
        copyIndex("hash.db", "t.db");
        copyIndex("table.lmdb", "t.lmdb");
        setTime("t.db", 2000);
        setTime("t.lmdb", 3000);
        setTime("t", 1000);
        assertThat(ask("hash:t", "KEY1")).isEqualTo("value1");
        setTime("t", 2500);
        Files.delete(directory.resolve("t.lmdb"));
        now = now.plusSeconds(2);
        assertThat(ask("hash:t", "key1")).isEqualTo("edited");
        assertThat(ask("hash:t", "key2")).isEqualTo("-");
        now = now.plusSeconds(2);
        assertThat(ask("hash:t", "key1")).isEqualTo("edited");
        assertThat(complaints.lines).containsExactly("warning: database " + directory.resolve("t.db")
                + " is older than source file " + directory.resolve("t"));
        setTime("t.db", 2501);
        assertThat(ask("hash:t", "key2")).isEqualTo("value2");
        // Written to just now: perhaps half of it is there.
        now = Instant.ofEpochMilli(3_000_400);
        Files.setLastModifiedTime(directory.resolve("t"), FileTime.from(Instant.ofEpochSecond(3000)));
        assertThat(ask("hash:t", "key1")).isEqualTo("value1");
        now = now.plusMillis(200);
        assertThat(ask("hash:t", "key1")).isEqualTo("edited");
        complaints.lines.removeLast();
        Files.delete(directory.resolve("t"));
        now = now.plusSeconds(2);
        assertThat(ask("hash:t", "key3")).isEqualTo("value3");
        assertThat(complaints.lines).hasSize(1);
    }

    @Test
    void theSourceStandsInForAnIndexThatCannotAnswer() throws IOException {
        write("t", "key1 text\n");
        write("t.db", "damaged");
        setTime("t", 1000);
        assertThat(ask("btree:t", "key1")).isEqualTo("text");
        assertThat(complaints.lines).isNotEmpty();
        copyIndex("btree.db", "b.db");
        assertThat(ask("btree:b", "key1")).isEqualTo("value1");
        try (FileLocks.Held _ = FileLocks.exclusive(directory.resolve("b.db"))) {
            assertThat(ask("btree:b", "key1")).isEqualTo("!" + directory.resolve("b.db") + " is being written");
            write("b", "key1 text\n");
            setTime("b", 1000);
            assertThat(ask("btree:b", "key1")).isEqualTo("text");
        }
        assertThat(ask("btree:b", "key1")).isEqualTo("value1");
    }

    @Test
    void anLmdbFileAnswersWhateverItsSourcesAge() throws IOException {
        copyIndex("table.lmdb", "t.lmdb");
        write("t", "key1 edited\n");
        setTime("t.lmdb", 1000);
        assertThat(ask("lmdb:t", "KEY1")).isEqualTo("value1");
        assertThat(ask("lmdb:t", "key7")).hasSize(9000);
        assertThat(ask("lmdb:none", "x"))
                .isEqualTo("!open database " + directory.resolve("none.lmdb") + ": No such file or directory");
        assertThat(complaints.lines).first().isEqualTo("warning: database " + directory.resolve("t.lmdb")
                + " is older than source file " + directory.resolve("t"));
    }
}
