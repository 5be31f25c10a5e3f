package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        assertThat(postmap("", "-F", "-q", "x", "inline:{x=YWJj}")).isEqualTo("0|abc\n");
        assertThat(postmap("")).startsWith("1|postmap: fatal: usage: postmap ");
        assertThat(postmap("", "-Z")).startsWith("1|postmap: invalid option -- 'Z'\npostmap: fatal: usage");
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
        assertThat(said(Newaliases.run(List.of(), console("newaliases", ""))))
                .isEqualTo("0|postalias: warning: @/al, line 2: need name:value pair\n");
        assertThat(said(Newaliases.run(named("-oA@/t"), console("newaliases", ""))))
                .contains("need name:value pair");
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
