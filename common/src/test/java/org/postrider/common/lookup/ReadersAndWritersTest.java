package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Readers while a writer replaces all entries: every answer is from before or after, none is missing, none is torn. */
class ReadersAndWritersTest {
    private static final int KEYS = 3000;
    private static final int ROUNDS = 40;

    @TempDir
    private Path directory;

    /** A version's value: short ones, and long ones that have pages of their own. */
    private static String value(int key, int version) {
        String number = Integer.toString(version);
        return key % 100 == 0 ? (number + " ").repeat(2000) + number : number;
    }

    private static int version(LookupResult answer) {
        assertThat(answer).isInstanceOf(LookupResult.Found.class);
        String value = ((LookupResult.Found) answer).value();
        String number = value.substring(value.lastIndexOf(' ') + 1);
        int version = Integer.parseInt(number);
        assertThat(value).isIn(value(0, version), value(1, version));
        return version;
    }

    /** The same as a block has it, or where that was left, as one key has. */
    private static int version(IndexContents contents, String key) throws IOException {
        byte[] line = key.getBytes(StandardCharsets.ISO_8859_1);
        KeyBlock block = new KeyBlock(line, line.length, "");
        contents.find(block);
        if (block.hasMore()) {
            return version(contents.find(key));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        block.writeTo(out);
        String text = out.toString(StandardCharsets.ISO_8859_1);
        return version(new LookupResult.Found(text.substring(text.indexOf('\t') + 1, text.length() - 1)));
    }

    private interface Rebuild {
        void write(int version) throws IOException;
    }

    private void readWhile(Rebuild rebuild, Path index) throws Exception {
        rebuild.write(0);
        IndexContents contents = index.toString().endsWith(".cdb")
                ? CdbContents.open(index, true)
                : LmdbContents.open(index, true);
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        Callable<Integer> reader = () -> {
            int asked = 0;
            while (done.get() < ROUNDS) {
                int key = asked * 37 % KEYS;
                int least = done.get();
                int version = asked % 2 == 0 ? version(contents.find("key" + key)) : version(contents, "key" + key);
                assertThat(version).isBetween(least, begun.get());
                asked++;
            }
            return asked;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<Integer> one = threads.submit(reader);
            Future<Integer> two = threads.submit(reader);
            for (int round = 1; round <= ROUNDS && !one.isDone() && !two.isDone(); round++) {
                begun.set(round);
                rebuild.write(round);
                done.set(round);
            }
            done.set(ROUNDS);
            assertThat(one.get() + two.get()).isPositive();
        }
    }

    @Test
    void lmdbOfOurs() throws Exception {
        Path index = directory.resolve("t.lmdb");
        readWhile(version -> {
            try (LmdbWriter writer = LmdbWriter.open(index, 0644, 1 << 30, true)) {
                writer.clear(1000);
                for (int key = 0; key < KEYS; key++) {
                    assertThat(writer.put("key" + key, value(key, version), false)).isTrue();
                }
                writer.commit();
            }
        }, index);
    }

    @Test
    void lmdbOfDebian() throws Exception {
        DebianPostmap debian = DebianPostmap.inOrSkip(directory, "lmdb");
        Path source = directory.resolve("t");
        readWhile(version -> {
            StringBuilder text = new StringBuilder();
            for (int key = 0; key < KEYS; key++) {
                text.append("key").append(key).append(' ').append(value(key, version)).append('\n');
            }
            Files.writeString(source, text);
            debian.postmap("lmdb:" + source);
        }, directory.resolve("t.lmdb"));
    }

    @Test
    void aWriterThatDoesNotCommitChangesNothing() throws IOException {
        Path index = directory.resolve("t.lmdb");
        try (LmdbWriter writer = LmdbWriter.open(index, 0640, 1 << 24, false)) {
            assertThat(writer.put("a", "1", false)).isTrue();
            writer.commit();
        }
        LmdbContents contents = LmdbContents.open(index, true);
        try (LmdbWriter writer = LmdbWriter.open(index, 0644, 1 << 24, false)) {
            writer.clear(1000);
            assertThat(writer.put("b", "2", false)).isTrue();
        }
        assertThat(contents.find("a")).isEqualTo(new LookupResult.Found("1"));
        assertThat(contents.find("b")).isEqualTo(LookupResult.NOT_FOUND);
        try (LmdbWriter writer = LmdbWriter.open(index, 0644, 1 << 24, false)) {
            assertThat(writer.put("a", "3", false)).isFalse();
            assertThat(writer.put("a", "3", true)).isTrue();
            assertThat(writer.remove("zz")).isFalse();
            writer.commit();
        }
        assertThat(contents.find("a")).isEqualTo(new LookupResult.Found("3"));
        try (LmdbWriter writer = LmdbWriter.open(index, 0644, 1 << 24, false)) {
            assertThat(writer.remove("a")).isTrue();
            writer.commit();
        }
        assertThat(contents.find("a")).isEqualTo(LookupResult.NOT_FOUND);
    }

    /** The same whether everything has room in memory, or a part of it, or next to nothing. */
    @ParameterizedTest
    @ValueSource(ints = {0, 20_000, 1_000_000})
    void aTableHoldsTheSameHoweverMuchIsGathered(int expected) throws IOException {
        Path index = directory.resolve("t.lmdb");
        Random random = new Random(3);
        Map<String, String> entries = new TreeMap<>();
        try (LmdbWriter writer = LmdbWriter.open(index, 0644, 1 << 26, true)) {
            assertThat(writer.put("old", "value", false)).isTrue();
            writer.clear(expected);
            for (int i = 0; i < 5000; i++) {
                String key = "k" + random.nextInt(3000) + "\u00e4".repeat(random.nextInt(30)) + random.nextInt(2);
                String value = i % 500 == 0 ? "v".repeat(5000) : "value " + i;
                boolean replace = random.nextBoolean();
                assertThat(writer.put(key, value, replace)).isEqualTo(replace || !entries.containsKey(key));
                if (replace) {
                    entries.put(key, value);
                } else {
                    entries.putIfAbsent(key, value);
                }
            }
            writer.commit();
        }
        Map<String, String> stored = new LinkedHashMap<>();
        LmdbContents contents = LmdbContents.open(index, true);
        contents.forEach(stored::put);
        assertThat(stored).isEqualTo(entries);
        assertThat(List.copyOf(stored.keySet())).isSorted();
        entries.forEach((key, value) -> assertThat(contents.find(key)).isEqualTo(new LookupResult.Found(value)));
    }

    @Test
    void whatWasGatheredCanBeRemoved() throws IOException {
        Path index = directory.resolve("t.lmdb");
        try (LmdbWriter writer = LmdbWriter.open(index, 0644, 1 << 24, false)) {
            writer.clear(1000);
            assertThat(writer.put("b", "1", false)).isTrue();
            assertThat(writer.put("a", "2", false)).isTrue();
            assertThat(writer.remove("b")).isTrue();
            assertThat(writer.put("0", "3", false)).isTrue();
            writer.commit();
        }
        Map<String, String> stored = new LinkedHashMap<>();
        LmdbContents.open(index, true).forEach(stored::put);
        assertThat(stored).isEqualTo(Map.of("0", "3", "a", "2"));
    }

    @Test
    void aKeyThatIsTooLongIsRefused() throws IOException {
        Path index = directory.resolve("t.lmdb");
        try (LmdbWriter writer = LmdbWriter.open(index, 0644, 1 << 24, false)) {
            writer.clear(1000);
            assertThat(writer.put("b", "1", false)).isTrue();
            assertThat(writer.put("k".repeat(511), "1", false)).isTrue();
            assertThatThrownBy(() -> writer.put("k".repeat(512), "1", false)).hasMessageContaining("MDB_BAD_VALSIZE");
            assertThatThrownBy(() -> writer.put("", "1", false)).hasMessageContaining("MDB_BAD_VALSIZE");
        }
    }

    @Test
    void aCdbFileThatIsNotFinishedLeavesTheOldOne() throws IOException {
        Path index = directory.resolve("t.cdb");
        try (CdbWriter writer = CdbWriter.open(index, 0644, false)) {
            assertThat(writer.put("a", "1", false)).isTrue();
            writer.commit();
        }
        try (CdbWriter writer = CdbWriter.open(index, 0644, false)) {
            assertThat(writer.put("b", "2", false)).isTrue();
        }
        assertThat(CdbContents.open(index, true).find("a")).isEqualTo(new LookupResult.Found("1"));
        assertThat(directory.resolve("t.cdb.tmp")).doesNotExist();
    }
}
