package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.lookup.DebianPostmap;

/** Debian's postmap and postalias and ours, given the same files and command lines: the same output and exit status. */
@Tag("peers")
class TableCommandBesideDebianTest {
    /** What postalias adds for NIS, which ours leaves out; and tables in an order of their own. */
    private static final Pattern FOR_NIS = Pattern.compile("YP_(LAST_MODIFIED|MASTER_NAME):\t.*|@:\t@");

    private static final String MESSAGE = """
            From: a@b
            Subject: one
             two
            Content-Type: multipart/mixed; boundary=XX

            preamble
            --XX
            Content-Type: text/plain
            X-H: 1

            body one
             more
            --XX
            Content-Type: message/rfc822

            From: inner
            Subject: in
             ner

            inner body
            --XX--
            epilogue
            """;

    @TempDir
    private Path directory;

    private Path theirs = Path.of("");
    private Path ours = Path.of("");

    @BeforeEach
    void sources() throws IOException {
        theirs = Files.createDirectories(directory.resolve("theirs"));
        ours = Files.createDirectories(directory.resolve("ours"));
        both("map", """
                a 1
                a 2
                "q k" v1
                "q\\"x\\\\y" v2
                "unterminated v
                B 3
                novalue
                 k2 v
                nothing
                key: val
                "" empty
                \u00ff\u00fe bad
                ok \u00ff
                foo@x:  v
                "a b"c d
                """);
        both("al", """
                Root: me,you
                foo bar
                "a b": c
                "a b"x: d
                a b: c
                foo@x: y
                x@y z
                "u: z
                list:"|/bin/x y"
                  , z
                empty:
                : novalue
                root: again
                 a: b
                \u00ff: a
                "a\\"b": z
                q:w:e
                w : e
                <m>: p
                (c): t
                a.b: c , d
                m.: p
                i: :include:/etc/x, "q r"@x, "|cmd \\"a b\\" c", <x@y>, "Foo Bar" <a@b>
                n: user@dom (comment) x; [1.2.3.4]
                """);
        both("text", "a 1\na 2\n\"q k\" v\nnovalue\nkey: v\n\"open v\n");
        both("names", "x " + directory + "/one, " + directory + "/two\ny " + directory + "/none\n");
        Files.writeString(directory.resolve("one"), "first\n");
        Files.writeString(directory.resolve("two"), "second");
        both("lead", "  x y\nz 1\n");
        both("empty", "");
        both("crlf", "x y\r\n# c\r\n\r\n");
        both("big", "k".repeat(600) + " v\n");
        both("long", "l " + "x".repeat(30_000) + "\n");
        both("message", MESSAGE);
        both("odd", "From: a\nno header\nbody\n");
        both("body", "\nbody only\n");
        Files.writeString(ours.resolve("main.cf"), "compatibility_level = 3.6\nmyhostname = test.example.com\n");
    }

    private void both(String name, String text) throws IOException {
        Files.writeString(theirs.resolve(name), text, StandardCharsets.ISO_8859_1);
        Files.writeString(ours.resolve(name), text, StandardCharsets.ISO_8859_1);
    }

    private static List<String> words(String line, Path folder) {
        List<String> words = new ArrayList<>();
        for (String word : line.split(" ", -1)) {
            words.add(word.replace("@@", folder.toString()).replace("_", " ").replace("EMPTY", ""));
        }
        return words;
    }

    private String debian(DebianPostmap debian, String command, String line, String input) throws IOException {
        DebianPostmap.Said said = debian.run("/usr/sbin/" + command, input, theirs,
                words(line, theirs).toArray(String[]::new));
        return normal(said.status(), said.out(), said.err(), theirs);
    }

    private String postrider(String command, String line, String input) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(command, new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1)),
                new PrintStream(out, true, StandardCharsets.ISO_8859_1),
                new PrintStream(err, true, StandardCharsets.ISO_8859_1), Map.of("MAIL_CONFIG", ours.toString()));
        int status = command.equals("postmap")
                ? Postmap.run(words(line, ours), console)
                : Postalias.run(words(line, ours), console);
        return normal(status, out.toString(StandardCharsets.ISO_8859_1), err.toString(StandardCharsets.ISO_8859_1),
                ours);
    }

    private static String normal(int status, String out, String err, Path folder) {
        String lines = out.lines().filter(line -> !FOR_NIS.matcher(line).matches()).sorted()
                .collect(Collectors.joining("\n"));
        return ("status " + status + "\n" + lines + "\n" + err).replace(folder.toString(), "@@");
    }

    private void same(DebianPostmap debian, String command, String line, String input) throws IOException {
        assertThat(postrider(command, line, input)).as(command + " " + line)
                .isEqualTo(debian(debian, command, line, input));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hash", "btree", "lmdb", "cdb"})
    void tablesAreMadeAlike(String type) throws IOException {
        DebianPostmap debian = DebianPostmap.inOrSkip(directory, type);
        for (String options : new String[]{"", "-r ", "-w ", "-f ", "-u ", "-N ", "-n ", "-p ", "-o ", "-rw "}) {
            same(debian, "postmap", options + type + ":@@/map", "");
            for (String key : new String[]{"a", "A", "\"q_k\"", "q_k", "B", "b", "key:", "\"\"", "foo@x:", "none",
                    "\"a_b\"c"}) {
                same(debian, "postmap", "-q " + key + " " + type + ":@@/map", "");
            }
            same(debian, "postmap", "-fq B " + type + ":@@/map", "");
            if (!type.equals("cdb")) {
                same(debian, "postmap", "-s " + type + ":@@/map", "");
            }
        }
        for (String name : new String[]{"lead", "empty", "crlf", "long", "nosuch"}) {
            same(debian, "postmap", type + ":@@/" + name, "");
            same(debian, "postmap", "-q x " + type + ":@@/" + name, "");
        }
        same(debian, "postmap", "-F " + type + ":@@/names", "");
        for (String options : new String[]{"-q x ", "-Fq x ", "-q y "}) {
            same(debian, "postmap", options + type + ":@@/names", "");
        }
        same(debian, "postmap", "-q - " + type + ":@@/map", "a\nzz\n\nB\n");
        same(debian, "postmap", "-q - " + type + ":@@/map", "a\r\nB\rb\na\n\rb\nb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hash", "btree", "lmdb"})
    void tablesAreChangedAlike(String type) throws IOException {
        DebianPostmap debian = DebianPostmap.inOrSkip(directory, type);
        String table = type + ":@@/new";
        same(debian, "postmap", "-i " + table, "x 1\ny 2\nX 3\nzz\n");
        same(debian, "postmap", "-s " + table, "");
        same(debian, "postmap", "-ir " + table, "x 4\n");
        same(debian, "postmap", "-iw " + table, "x 5\n");
        same(debian, "postmap", "-s " + table, "");
        same(debian, "postmap", "-d X " + table, "");
        same(debian, "postmap", "-d X " + table, "");
        same(debian, "postmap", "-d - " + table, "nn\ny\r\n");
        same(debian, "postmap", "-d - " + table, "nn\nY\n");
        same(debian, "postmap", "-s " + table, "");
        same(debian, "postmap", "-d a " + type + ":@@/none", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hash", "btree", "lmdb", "cdb"})
    void aliasesAreMadeAlike(String type) throws IOException {
        DebianPostmap debian = DebianPostmap.inOrSkip(directory, type);
        for (String options : new String[]{"", "-r ", "-w ", "-f ", "-o ", "-p ", "-N ", "-n ", "-u ", "-op "}) {
            same(debian, "postalias", options + type + ":@@/al", "");
            if (!type.equals("cdb")) {
                same(debian, "postalias", "-s " + type + ":@@/al", "");
            }
            same(debian, "postalias", "-q - " + type + ":@@/al", "ROOT\na b\nlist\nzz\na b x\n");
        }
        same(debian, "postalias", "-q root " + type + ":@@/al", "");
        if (!type.equals("cdb")) {
            same(debian, "postalias", "-i " + type + ":@@/al", "n: v\nn:2\nbad\n");
            same(debian, "postalias", "-d - " + type + ":@@/al", "n\nzz\n");
            same(debian, "postalias", "-d Root " + type + ":@@/al", "");
            same(debian, "postalias", "-d Root " + type + ":@@/al", "");
        }
    }

    private static final List<String> MODES_AND_MISTAKES = List.of(
            "-q a -d b hash:@@/map",
            "-q a -s hash:@@/map",
            "-s -d a hash:@@/map",
            "-q a -q b hash:@@/map",
            "-Z x",
            "-q",
            "-i",
            "none",
            "none:@@/map",
            "none:@@/none",
            "hash:",
            "regexp:@@/map",
            "texthash:@@/map",
            "static:@@/map",
            "inline:@@/map",
            "proxy:hash:@@/map",
            "fail:@@/map",
            "-b hash:@@/map",
            "-m -q a hash:@@/map",
            "-hb -q a hash:@@/map",
            "-c /nonexistent hash:@@/map",
            "-s static:x",
            "-s inline:{a=b}",
            "-s fail:x",
            "-d a static:x",
            "-d a fail:x",
            "-d a inline:{a=b}",
            "-i static:x",
            "-i inline:{a=b}",
            "-s environ:x",
            "-d a texthash:@@/map",
            "-s proxy:hash:@@/map",
            "-s unix:passwd.byname",
            "-d a unix:passwd.byname",
            "-d a nosuch:x",
            "-i nosuch:x",
            "-s nosuch:x",
            "-q a nosuch:x",
            "-s",
            "-d a",
            "-q a",
            "-s unionmap:{static:a}",
            "-s pipemap:{static:a}",
            "-i cdb:@@/new",
            "-d a cdb:@@/new",
            "-q a static:b",
            "-q a inline:{b=c} static:d",
            "-q x texthash:@@/lead",
            "-s texthash:@@/text",
            "lmdb:@@/big",
            "-q EMPTY static:a");

    /** Side by side: Debian's waits for a second or more when it ends with a fatal error. */
    @Test
    void modesAndMistakesAreAlike() throws Exception {
        DebianPostmap debian = DebianPostmap.inOrSkip(directory, "lmdb", "cdb");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> expected = new ArrayList<>();
            for (String line : MODES_AND_MISTAKES) {
                expected.add(threads.submit(() -> debian(debian, "postmap", line, "")));
            }
            for (int i = 0; i < expected.size(); i++) {
                String line = MODES_AND_MISTAKES.get(i);
                assertThat(postrider("postmap", line, "")).as(line).isEqualTo(expected.get(i).get());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "-b", "-hb", "-hm", "-bm", "-hbm", "-m", "-U", "-hU"})
    void messagesAreAskedAboutAlike(String options) throws IOException {
        DebianPostmap debian = DebianPostmap.inOrSkip(directory);
        for (String name : new String[]{"message", "odd", "body"}) {
            String message = Files.readString(ours.resolve(name), StandardCharsets.ISO_8859_1);
            same(debian, "postmap", options + " -q - static:x", message);
            if (!options.contains("m")) {
                same(debian, "postmap", options + " -q - static:x", message.replace("\n", "\r\n"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lmdb", "cdb"})
    void eachReadsWhatTheOtherWrote(String type) throws IOException {
        DebianPostmap debian = DebianPostmap.inOrSkip(directory, type);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            text.append("key").append(i * 7919 % 20_000).append(' ')
                    .append(i % 1000 == 5 ? "v".repeat(5000) : "value" + i).append('\n');
        }
        String keys = text.toString().lines().map(line -> line.substring(0, line.indexOf(' ')))
                .collect(Collectors.joining("\n", "", "\nnone\n"));
        for (String option : new String[]{"", "-N "}) {
            both("map", text.toString());
            same(debian, "postmap", option + type + ":@@/map", "");
            swap("map." + type);
            same(debian, "postmap", "-q - " + type + ":@@/map", keys);
            if (type.equals("lmdb")) {
                // Each goes on with the other's file.
                same(debian, "postmap", "-i lmdb:@@/map", "new 1\nkey5 2\n");
                same(debian, "postmap", "-d key7 lmdb:@@/map", "");
                swap("map.lmdb");
                same(debian, "postmap", "-s lmdb:@@/map", "");
                both("map", "only one\n");
                same(debian, "postmap", "lmdb:@@/map", "");
                swap("map.lmdb");
                same(debian, "postmap", "-s lmdb:@@/map", "");
            }
        }
    }

    private void swap(String name) throws IOException {
        Path between = directory.resolve("between");
        Files.move(theirs.resolve(name), between);
        Files.move(ours.resolve(name), theirs.resolve(name));
        Files.move(between, ours.resolve(name));
    }

    @Test
    void tinycdbReadsOurs() throws IOException {
        DebianPostmap debian = DebianPostmap.inOrSkip(directory, "cdb");
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/cdb")),
                "SKIPPED: needs Debian's package tinycdb");
        both("map", "a 1\nb 2\na 3\nc 4\n");
        same(debian, "postmap", "-r cdb:@@/map", "");
        assertThat(new String(new ProcessBuilder("/usr/bin/cdb", "-d", ours.resolve("map.cdb").toString()).start()
                .getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                .isEqualTo("+1,1:b->2\n+1,1:a->3\n+1,1:c->4\n\n");
    }

    @ParameterizedTest
    @CsvSource({"hash,rw-r-----", "hash,rw-------", "hash,rwxrwxrwx", "cdb,rw-r-----", "cdb,rw-rw-rw-",
            "lmdb,rw----r--"})
    void modesFollowTheSource(String type, String mode) throws IOException {
        DebianPostmap debian = DebianPostmap.inOrSkip(directory, type);
        both("map", "a 1\n");
        for (String option : new String[]{"", "-p "}) {
            for (Path folder : new Path[]{theirs, ours}) {
                Files.setPosixFilePermissions(folder.resolve("map"), PosixFilePermissions.fromString(mode));
                Files.deleteIfExists(folder.resolve("map.db"));
                Files.deleteIfExists(folder.resolve("map." + type));
                Files.deleteIfExists(folder.resolve("map.lmdb"));
            }
            same(debian, "postmap", option + type + ":@@/map", "");
            String suffix = type.equals("cdb") ? ".cdb" : ".lmdb";
            assertThat(Files.getPosixFilePermissions(ours.resolve("map" + suffix))).isEqualTo(
                    Files.getPosixFilePermissions(theirs.resolve("map" + (type.equals("hash") ? ".db" : suffix))));
        }
    }
}
