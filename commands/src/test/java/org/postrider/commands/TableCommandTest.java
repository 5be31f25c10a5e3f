package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** postmap, postalias and newaliases: output, complaints and exit status. */
class TableCommandTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void sources() throws IOException {
        Files.writeString(directory.resolve("t"), "a 1\na 2\nB 3\nnovalue\n");
        Files.writeString(directory.resolve("al"), "Root: me, you\nfoo bar\n");
        Files.writeString(directory.resolve("main.cf"), "alias_database = hash:" + directory.resolve("al") + "\n");
    }

    private Console console(String name, String input) {
        return new Console(name, new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1)),
                new PrintStream(out, true, StandardCharsets.ISO_8859_1),
                new PrintStream(err, true, StandardCharsets.ISO_8859_1), Map.of("MAIL_CONFIG", directory.toString()));
    }

    /** The arguments with @ for the directory; the exit status, then what was written. */
    private String postmap(String input, String... arguments) {
        return said(Postmap.run(named(arguments), console("postmap", input)));
    }

    private String postalias(String... arguments) {
        return said(Postalias.run(named(arguments), console("postalias", "")));
    }

    private List<String> named(String... arguments) {
        List<String> named = new ArrayList<>();
        for (String argument : arguments) {
            named.add(argument.replace("@", directory.toString()));
        }
        return named;
    }

    private String said(int status) {
        String text = status + "|" + out.toString(StandardCharsets.ISO_8859_1)
                + err.toString(StandardCharsets.ISO_8859_1).replace(directory.toString(), "@");
        out.reset();
        err.reset();
        return text;
    }

    @Test
    void asks() {
        assertThat(postmap("", "-q", "A", "hash:@/t")).isEqualTo("0|1\n");
        assertThat(postmap("", "-q", "x", "hash:@/t")).isEqualTo("1|");
        assertThat(postmap("", "-q", "B", "inline:{x=1}", "hash:@/t")).isEqualTo("0|3\n");
        assertThat(postmap("", "-fq", "b", "hash:@/t")).isEqualTo("1|");
        assertThat(postmap("a\nzz\nb\n", "-q", "-", "@/t")).isEqualTo("0|a\t1\nb\t3\n");
        assertThat(postmap("", "-q", "a", "hash:@/none"))
                .isEqualTo("1|postmap: fatal: open database @/none.db: No such file or directory\n");
        assertThat(postmap("", "-q", "a", "nosuch:x"))
                .isEqualTo("1|postmap: fatal: unsupported dictionary type: nosuch\n");
        assertThat(postmap("", "-q", "a", "fail:x")).startsWith("1|postmap: fatal: table fail:x: query error: ");
        assertThat(postmap("", "-q", "x", "-s", "hash:@/t"))
                .isEqualTo("1|postmap: fatal: specify only one of -s or -q or -d\n");
        assertThat(postmap("", "-j", "-q", "a", "hash:@/t")).isEqualTo("0|{\"a\": \"1\"}\n");
        assertThat(postmap("", "-q", "x", "inline:{x=1, {x = }}")).isEqualTo("0|\n"
                + "postmap: warning: table inline:{x=1, {x = }}: key x: empty string result is not allowed\n"
                + "postmap: warning: table inline:{x=1, {x = }} should return NO RESULT in case of NOT FOUND\n");
        for (String nothing : List.of("static:", "hash:", ":x")) {
            for (List<String> way : List.of(List.of("-q", "a"), List.of("-d", "a"), List.of("-s"))) {
                assertThat(postmap("", Stream.concat(way.stream(), Stream.of(nothing)).toArray(String[]::new)))
                        .isEqualTo("1|postmap: fatal: open dictionary: expecting \"type:name\" form instead of \""
                                + nothing
                                + "\"\n");
            }
        }
        assertThat(postmap("")).startsWith("1|postmap: fatal: usage: postmap ");
        assertThat(postmap("", "-vvq", "A", "hash:@/t")).isEqualTo("0|1\n");
        for (String unknown : List.of("Z", "S")) {
            assertThat(postmap("", "-" + unknown, "hash:@/t")).isEqualTo("1|postmap: invalid option -- '" + unknown
                    + "'\npostmap: fatal: usage: postmap [-bfFhimnNoprsuUvw] [-c config_dir] [-d key] [-q key]"
                    + " [map_type:]file...\n");
        }
    }

    /** As Postfix has it: where no postmap has put the file into the table, its name stands there. */
    @Test
    void valuesThatAreFiles() throws IOException {
        Path file = Files.writeString(directory.resolve("v"), "one\n");
        Files.writeString(directory.resolve("f"), "k " + file + ", " + file + "\nl @/no\nm " + directory + "\nn ,\n");
        String warnings = "postmap: warning: @/f, line 2: open @/no: No such file or directory: skipping this entry\n"
                + "postmap: warning: @/f, line 3: read @: Is a directory: skipping this entry\n"
                + "postmap: warning: @/f, line 4: empty pathname list: >>,<<': skipping this entry\n";
        assertThat(postmap("", "-F", "lmdb:@/f")).isEqualTo("0|" + warnings);
        assertThat(postmap("", "-Fs", "lmdb:@/f")).isEqualTo("0|k\tone\n\none\n\n");
        assertThat(postmap("", "-Fq", "k", "texthash:@/f")).isEqualTo("0|one\n\none\n\n");
        for (String table : List.of("static:" + file, "inline:{k=" + file + "}", "pcre:{{/k/ " + file + "}}",
                "regexp:{{/k/ " + file + "}}", "randmap:{" + file + "}", "unionmap:{static:" + file + "}")) {
            assertThat(postmap("", "-Fq", "k", table)).as(table).isEqualTo("0|one\n\n");
        }
        assertThat(postmap("", "-Fq", "k", "static:/no/such"))
                .isEqualTo("1|postmap: fatal: open /no/such: No such file or directory\n");
        assertThat(postmap("", "-Fq", "k", "lmdb:@/f")).isEqualTo("0|one\n\none\n\n");
        assertThat(postmap("", "lmdb:@/f")).isEqualTo("0|");
        assertThat(postmap("", "-Fq", "n", "lmdb:@/f"))
                .isEqualTo("1|postmap: fatal: table lmdb:@/f: query error: malformed BASE64 value: ,\n");
    }

    @Test
    void asksWithHeadersAndBody() {
        String message = "Subject: a\n b\nTo: x\n\nbody\n more\n";
        assertThat(postmap(message, "-hq", "-", "regexp:{{/./ hit}}"))
                .isEqualTo("0|Subject: a\n b\thit\nTo: x\thit\n");
        assertThat(postmap(message, "-bq", "-", "regexp:{{/./ hit}}")).isEqualTo("0|body\thit\n more\thit\n");
    }

    @Test
    void lists() {
        assertThat(postmap("", "-s", "hash:@/t")).isEqualTo("0|a\t1\nb\t3\n");
        assertThat(postmap("", "-s", "static:x"))
                .isEqualTo("1|postmap: fatal: table static:x: sequence operation is not supported\n");
        assertThat(postmap("", "-j", "-s", "hash:@/t")).isEqualTo("0|{\"a\": \"1\"}\n{\"b\": \"3\"}\n");
    }

    @Test
    void makes() throws IOException {
        Files.setPosixFilePermissions(directory.resolve("t"), PosixFilePermissions.fromString("rw-r-----"));
        assertThat(postmap("", "cdb:@/t")).isEqualTo("0|postmap: warning: @/t: duplicate entry: \"a\"\n"
                + "postmap: warning: @/t, line 4: expected format: key whitespace value\n");
        assertThat(Files.getPosixFilePermissions(directory.resolve("t.cdb")))
                .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        assertThat(postmap("", "-q", "a", "cdb:@/t")).isEqualTo("0|1\n");
        assertThat(postmap("", "-r", "cdb:@/t")).doesNotContain("duplicate");
        assertThat(postmap("", "-q", "a", "cdb:@/t")).isEqualTo("0|2\n");
        assertThat(postmap("", "-s", "cdb:@/t")).isEqualTo("0|a\t2\nb\t3\n");
        assertThat(postmap("", "hash:@")).isEqualTo("1|postmap: fatal: read @: Is a directory\n");
        assertThat(directory.resolve("t.cdb.tmp")).doesNotExist();
    }

    @Test
    void hashAndBtreeAreWrittenAsLmdbAndAnswerFromIt() throws IOException {
        assertThat(postmap("", "-w", "hash:@/t")).doesNotContain("duplicate");
        assertThat(directory.resolve("t.lmdb")).exists();
        assertThat(directory.resolve("t.db")).doesNotExist();
        Files.delete(directory.resolve("t"));
        assertThat(postmap("", "-q", "A", "btree:@/t")).isEqualTo("0|1\n");
        assertThat(postmap("", "-d", "a", "hash:@/t")).isEqualTo("0|");
        assertThat(postmap("", "-s", "lmdb:@/t")).isEqualTo("0|b\t3\n");
    }

    @Test
    void aBerkeleyFileIsTakenOverWhenItIsChanged() throws IOException {
        try (InputStream in = Console.class.getResourceAsStream("/tables/hash.db")) {
            Files.write(directory.resolve("u.db"), Objects.requireNonNull(in).readAllBytes());
        }
        assertThat(postmap("new 1\nkey3 other\n", "-i", "hash:@/u"))
                .isEqualTo("0|postmap: warning: @/u.db: duplicate entry: \"key3\"\n");
        assertThat(postmap("", "-d", "key4", "hash:@/u")).isEqualTo("0|");
        assertThat(postmap("key3\nkey4\nnew\nkey119\n", "-q", "-", "hash:@/u"))
                .isEqualTo("0|key3\tvalue3\nnew\t1\nkey119\tvalue119\n");
        assertThat(postmap("", "-s", "hash:@/u").lines()).hasSize(120);
    }

    @Test
    void whatFailsLeavesTheTableAsItWas() throws IOException {
        assertThat(postmap("", "lmdb:@/t")).startsWith("0|");
        Files.writeString(directory.resolve("t"), "a changed\n" + "k".repeat(600) + " v\n");
        assertThat(postmap("", "lmdb:@/t")).startsWith("1|postmap: fatal: error updating lmdb:@/t: MDB_BAD_VALSIZE");
        assertThat(postmap("", "-q", "a", "lmdb:@/t")).contains("0|1\n");
        Files.writeString(directory.resolve("bad.lmdb"), "no such file\n".repeat(1000));
        Files.writeString(directory.resolve("bad"), "a 1\n");
        assertThat(postmap("", "lmdb:@/bad"))
                .isEqualTo("1|postmap: fatal: open database @/bad.lmdb: MDB_INVALID: File is not an LMDB file\n");
    }

    @Test
    void aliases() {
        assertThat(postalias("hash:@/al")).isEqualTo("0|postalias: warning: @/al, line 2: need name:value pair\n");
        assertThat(postalias("-q", "ROOT", "hash:@/al")).isEqualTo("0|me, you\n");
        assertThat(postalias("-s", "hash:@/al"))
                .isEqualTo("0|root:\tme, you\n");
        assertThat(said(Sendmail.run(List.of(), console("newaliases", ""))))
                .isEqualTo("0|postalias: warning: @/al, line 2: need name:value pair\n");
        assertThat(said(Sendmail.run(named("-oA@/t"), console("newaliases", ""))))
                .contains("need name:value pair");
    }

    /** How many bytes the first key of the cdb table has. */
    private int firstKey() throws IOException {
        byte[] index = Files.readAllBytes(directory.resolve("t.cdb"));
        return ByteBuffer.wrap(index).order(ByteOrder.LITTLE_ENDIAN).getInt(2048);
    }

    @Test
    void keysEndWithANulWhereThatIsWanted() throws IOException {
        for (String option : List.of("-w", "-wn", "-wN")) {
            assertThat(postmap("", option, "cdb:@/t")).startsWith("0|");
            assertThat(firstKey()).as(option).isEqualTo(option.equals("-wN") ? 2 : 1);
            assertThat(postmap("", "-q", "a", "cdb:@/t")).isEqualTo("0|1\n");
        }
    }

    @Test
    void theModeIsThatOfTheSourceOrTheUsualOne() throws IOException {
        Files.setPosixFilePermissions(directory.resolve("t"), PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(directory.resolve("al"), PosixFilePermissions.fromString("rw-------"));
        for (String option : List.of("-w", "-wp", "-wpo")) {
            String mode = option.equals("-w") ? "rw-------" : "rw-r--r--";
            for (String type : List.of("lmdb", "cdb")) {
                Files.deleteIfExists(directory.resolve("t." + type));
                Files.deleteIfExists(directory.resolve("al." + type));
                assertThat(postmap("", option, type + ":@/t")).startsWith("0|");
                assertThat(postalias(option, type + ":@/al")).startsWith("0|");
                for (String name : List.of("t.", "al.")) {
                    assertThat(PosixFilePermissions
                            .toString(Files.getPosixFilePermissions(directory.resolve(name + type)))).isEqualTo(mode);
                }
            }
        }
    }

    @Test
    void textThatIsNotUtf8IsLeftOutUnlessThatIsSwitchedOff() throws IOException {
        Files.writeString(directory.resolve("main.cf"), "compatibility_level = 3.6\n");
        Files.writeString(directory.resolve("u"), "ok \u00ff\nx y\n", StandardCharsets.ISO_8859_1);
        assertThat(postmap("", "lmdb:@/u"))
                .isEqualTo("0|postmap: warning: @/u, line 1: non-UTF-8 input \"ok ?\" -- ignoring this line\n");
        assertThat(postmap("", "-q", "ok", "lmdb:@/u")).isEqualTo("1|");
        assertThat(postmap("", "-u", "lmdb:@/u")).isEqualTo("0|");
        assertThat(postmap("", "-v", "-q", "ok", "lmdb:@/u")).isEqualTo("0|\u00ff\n");
        assertThat(postmap("A: \u00ff\nB: x\n\n", "-hq", "-", "regexp:{{/./ hit}}"))
                .isEqualTo("0|A: \u00ff\thit\nB: x\thit\n");
        assertThat(postmap("A: \u00ff\nB: x\n\n", "-Uhq", "-", "regexp:{{/./ hit}}")).isEqualTo("0|B: x\thit\n"
                + "postmap: warning: regexp:{{/./ hit}}: non-UTF-8 key \"A: ?\": malformed UTF-8 or invalid codepoint\n");
    }

    @Test
    void partsOfAMessageHaveHeadersToo() {
        String message = "C: x\nContent-Type: message/rfc822\n\nD: y\n\nbody\n";
        assertThat(postmap(message, "-hq", "-", "regexp:{{/^.:/ hit}}")).isEqualTo("0|C: x\thit\n");
        assertThat(postmap(message, "-hmq", "-", "regexp:{{/^.:/ hit}}")).isEqualTo("0|C: x\thit\nD: y\thit\n");
        assertThat(postmap("", "-mq", "-", "static:x")).isEqualTo(
                "1|postmap: warning: ignoring -m option without -b or -h\n");
        assertThat(postmap("", "-mq", "a", "static:x")).isEqualTo(
                "1|postmap: fatal: specify -b -h or -m only with \"-q -\"\n");
    }

    @Test
    void addsAndRemovesManyKeys() {
        assertThat(postmap("x 1\ny 2\nx 3\n", "-i", "lmdb:@/new"))
                .isEqualTo("0|postmap: warning: lmdb:@/new: duplicate entry: \"x\"\n");
        assertThat(postmap("x 4\n", "-iw", "lmdb:@/new")).isEqualTo("0|");
        assertThat(postmap("y 5\n", "-ir", "lmdb:@/new")).isEqualTo("0|");
        assertThat(postmap("", "-s", "lmdb:@/new")).isEqualTo("0|x\t1\ny\t5\n");
        assertThat(postmap("z\nX\n", "-d", "-", "lmdb:@/new")).isEqualTo("0|");
        assertThat(postmap("z\nX\n", "-d", "-", "lmdb:@/new")).isEqualTo("1|");
        assertThat(postmap("", "-js", "lmdb:@/new")).isEqualTo("0|{\"y\": \"5\"}\n");
    }

    @Test
    void theConfigurationMayStandElsewhere() throws IOException {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("main.cf"), "default_database_type = cdb\n");
        assertThat(postmap("", "-w", "-c", "@/elsewhere", "@/t")).startsWith("0|");
        assertThat(directory.resolve("t.cdb")).exists();
        assertThat(postmap("", "-c", "@/none", "@/t"))
                .startsWith("1|postmap: fatal: open @/none/main.cf: No such file");
    }

    /** Postfix's postmap makes the same table, and says nothing of the first two lines. */
    @Test
    void aLineEndsAtANul() throws IOException {
        Files.writeString(directory.resolve("n"), "d e\0f\ng h\0\nk\0 v\n\0x y\n");
        assertThat(postmap("", "lmdb:@/n")).isEqualTo("0|"
                + "postmap: warning: @/n, line 1: NUL byte -- ignoring the rest of this line\n"
                + "postmap: warning: @/n, line 2: NUL byte -- ignoring the rest of this line\n"
                + "postmap: warning: @/n, line 3: NUL byte -- ignoring the rest of this line\n"
                + "postmap: warning: @/n, line 3: expected format: key whitespace value\n"
                + "postmap: warning: @/n, line 4: NUL byte -- ignoring the rest of this line\n"
                + "postmap: warning: @/n, line 4: expected format: key whitespace value\n");
        assertThat(postmap("", "-s", "lmdb:@/n")).isEqualTo("0|d\te\ng\th\n");
    }
}
