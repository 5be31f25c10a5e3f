package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Index files that others wrote: Debian's postmap now, and once for the fixtures beside this class. */
class IndexFilesTest {
    @TempDir
    private Path directory;

    private static String said(LookupResult result) {
        return switch (result) {
            case LookupResult.Found(String value) -> value;
            case LookupResult.NotFound() -> "-";
            case LookupResult.Unavailable(String reason) -> "!" + reason;
        };
    }

    private static IndexContents open(Path file) throws IOException {
        String name = file.toString();
        if (name.endsWith(".lmdb")) {
            return LmdbContents.open(file, true);
        }
        return name.endsWith(".cdb") ? CdbContents.open(file, true) : BerkeleyContents.open(file, true);
    }

    private static Map<String, String> all(IndexContents contents) throws IOException {
        Map<String, String> entries = new TreeMap<>();
        contents.forEach((key, value) -> assertThat(entries.put(key, value)).isNull());
        return entries;
    }

    private static String answersOfBlock(IndexContents contents, String keys) throws IOException {
        byte[] bytes = keys.getBytes(StandardCharsets.ISO_8859_1);
        KeyBlock block = new KeyBlock(bytes, bytes.length, "");
        contents.find(block);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        block.writeTo(out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private Path fixture(String name) throws IOException {
        Path file = directory.resolve(name);
        try (InputStream in = getClass().getResourceAsStream("/tables/" + name)) {
            Files.write(file, Objects.requireNonNull(in).readAllBytes());
        }
        return file;
    }

    private static String longValue(int number) {
        return number % 50 == 3 ? "long value ".repeat(2000) + number : "value of " + number;
    }

    private static String index(Path source, String type) {
        return source + (type.equals("hash") || type.equals("btree") ? ".db" : "." + type);
    }

    @ParameterizedTest
    @CsvSource({"hash,0", "hash,1", "hash,3000", "hash,100000", "btree,0", "btree,1", "btree,3000", "btree,100000",
            "lmdb,0", "lmdb,1", "lmdb,3000", "lmdb,100000", "cdb,0", "cdb,1", "cdb,3000", "cdb,100000"})
    void whatDebiansPostmapWritesIsReadAsItWasMeant(String type, int entries) throws IOException {
        DebianPostmap debian = DebianPostmap.inOrSkip(directory, type);
        Path source = directory.resolve("t");
        Map<String, String> expected = new TreeMap<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < entries; i++) {
            String key = "user" + i * 7919L % entries + "@example.com";
            String value = entries > 10_000 ? "v" + i : longValue(i);
            expected.put(key, value);
            text.append(key).append(' ').append(value).append('\n');
        }
        Files.writeString(source, text, StandardCharsets.ISO_8859_1);
        debian.postmap(type + ":" + source);
        IndexContents contents = open(Path.of(index(source, type)));
        assertThat(all(contents)).isEqualTo(expected);
        int every = 1 + entries / 5000;
        for (int i = 0; i < entries; i += every) {
            String key = "user" + i + "@example.com";
            assertThat(said(contents.find(key))).isEqualTo(expected.get(key));
        }
        for (String absent : new String[]{"", "a", "user", "user0@example.con", "zz", "x".repeat(5000)}) {
            assertThat(contents.find(absent)).isEqualTo(LookupResult.NOT_FOUND);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hash", "btree", "lmdb", "cdb"})
    void nulsAtTheEndOfKeysAndValuesAreReadEitherWay(String type) throws IOException {
        DebianPostmap debian = DebianPostmap.inOrSkip(directory, type);
        for (String option : new String[]{"-N", "-n"}) {
            Path source = Files.writeString(directory.resolve("t" + option), "a 1\nab 2\nb 3\n");
            debian.postmap(option, type + ":" + source);
            IndexContents contents = open(Path.of(index(source, type)));
            assertThat(said(contents.find("a"))).isEqualTo("1");
            assertThat(said(contents.find("b"))).isEqualTo("3");
            assertThat(said(contents.find("c"))).isEqualTo("-");
            assertThat(all(contents)).isEqualTo(Map.of("a", "1", "ab", "2", "b", "3"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hash.db", "btree.db", "hash-big-endian.db", "btree-big-endian.db"})
    void berkeleyFixturesAreRead(String name) throws IOException {
        IndexContents contents = open(fixture(name));
        Map<String, String> expected = new TreeMap<>();
        for (int i = 0; i < 120; i++) {
            expected.put("key" + i, i == 7 ? "x".repeat(9000) : "value" + i);
        }
        assertThat(all(contents)).isEqualTo(expected);
        expected.forEach((key, value) -> assertThat(said(contents.find(key))).isEqualTo(value));
        assertThat(said(contents.find("key120"))).isEqualTo("-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hash-duplicates.db", "btree-duplicates.db"})
    void theFirstOfSeveralValuesCounts(String name) throws IOException {
        IndexContents contents = open(fixture(name));
        assertThat(said(contents.find("few"))).isEqualTo("one");
        assertThat(said(contents.find("many"))).isEqualTo("number 0000");
        assertThat(said(contents.find("plain"))).isEqualTo("value");
        assertThat(said(contents.find("none"))).isEqualTo("-");
        assertThat(all(contents))
                .isEqualTo(Map.of("few", "one", "many", "number 0000", "plain", "value"));
    }

    /** Any damage ends in an answer or in Unavailable, soon. */
    @ParameterizedTest
    @ValueSource(strings = {"hash.db", "btree.db", "hash-duplicates.db", "btree-duplicates.db", "table.lmdb",
            "table.cdb"})
    void damageIsBounded(String name) throws IOException {
        byte[] good = Files.readAllBytes(fixture(name));
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            byte[] bad = good.clone();
            for (int i = 0; i < 1 + round % 40; i++) {
                int at = round % 3 == 0 ? random.nextInt(Math.min(600, bad.length)) : random.nextInt(bad.length);
                bad[at] = (byte) random.nextInt(256);
            }
            int length = round % 5 == 0 ? random.nextInt(bad.length) : bad.length;
            Path file = directory.resolve("r" + round + "." + name.substring(name.lastIndexOf('.') + 1));
            Files.write(file, Arrays.copyOf(bad, length));
            try {
                IndexContents contents = open(file);
                StringBuilder keys = new StringBuilder();
                StringBuilder answers = new StringBuilder();
                for (int i = 0; i < 130; i++) {
                    keys.append("key").append(i).append('\n');
                    if (contents.find("key" + i) instanceof LookupResult.Found(String value)) {
                        answers.append("key").append(i).append('\t').append(value).append('\n');
                    }
                }
                assertThat(answers.toString()).startsWith(answersOfBlock(contents, keys.toString()));
                contents.forEach((key, value) -> {
                });
            } catch (IOException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
            Files.delete(file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hash.db", "btree.db", "table.lmdb", "table.cdb"})
    void aFileThatIsCutOffWhileItIsOpenIsUnavailable(String name) throws IOException {
        Path file = fixture(name);
        IndexContents contents = open(file);
        assertThat(said(contents.find("key5"))).isEqualTo("value5");
        try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
            cut.setLength(0);
        }
        assertThat(said(contents.find("key5"))).startsWith("!");
        assertThat(answersOfBlock(contents, "key5\nkey6\n")).isEmpty();
    }

    @Test
    void whatIsNoIndexIsRefused() throws IOException {
        for (String suffix : new String[]{"lmdb", "db"}) {
            Path empty = Files.writeString(directory.resolve("empty." + suffix), "");
            Path text = Files.writeString(directory.resolve("text." + suffix), "no such thing\n".repeat(1000));
            assertThatThrownBy(() -> open(empty)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> open(text)).isInstanceOf(IOException.class);
        }
    }
}
