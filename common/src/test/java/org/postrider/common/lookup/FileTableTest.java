package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables whose files change, go and come back while they are in use. */
class FileTableTest {
    @TempDir
    private Path directory;

    private final RecordedComplaints complaints = new RecordedComplaints();
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private Tables tables;
    private Path file;

    @BeforeEach
    void open() {
        tables = new Tables(TableSettings.of(directory, () -> now).withComplaints(complaints));
        file = directory.resolve("t");
    }

    /** Writes as of this moment. */
    private void write(String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        Files.setLastModifiedTime(file, FileTime.from(now));
    }

    private void replace(String text) throws IOException {
        Path other = directory.resolve("other");
        Files.writeString(other, text, StandardCharsets.ISO_8859_1);
        Files.setLastModifiedTime(other, FileTime.from(now));
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private FileTable table(TableContents.Loader loader) {
        return new FileTable("x:t", new FileTable.Source(file, FileTable.Kind.TEXT, "open", loader), false, new Aside(),
                tables.settings());
    }

    private void later(long millis) {
        now = now.plusMillis(millis);
    }

    private String ask(String type, String key) {
        return switch (tables.open(type + ":t").find(key)) {
            case LookupResult.Found(String value) -> value;
            case LookupResult.NotFound() -> "-";
            case LookupResult.Unavailable(String reason) -> "!" + reason;
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"texthash | k v1 | k v2 | k", "cidr | ::/0 v1 | ::/0 v2 | ::1",
            "regexp | /k/ v1 | /k/ v2 | k", "pcre | /k/ v1 | /k/ v2 | k"})
    void anEditCountsWithinASecond(String type, String before, String after, String key) throws IOException {
        write(before + "\n");
        assertThat(ask(type, key)).isEqualTo("v1");
        later(60_000);
        replace(after + "\n");
        later(600);
        assertThat(ask(type, key)).isEqualTo("v2");
        later(60_000);
        write(before + "\n");
        later(600);
        assertThat(ask(type, key)).isEqualTo("v1");
        assertThat(complaints.lines).isEmpty();
    }

    private void index(String fixture, Path index, int length) throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/tables/" + fixture)) {
            byte[] bytes = Objects.requireNonNull(in).readAllBytes();
            Path other = Files.write(directory.resolve("other"), Arrays.copyOf(bytes, Math.min(length, bytes.length)));
            Files.setLastModifiedTime(other, FileTime.from(now));
            Files.move(other, index, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** An index that loses its end under a process that has it open, or is replaced by half of one, is for later; nothing dies of it. */
    @ParameterizedTest
    @CsvSource({"lmdb, table.lmdb, t.lmdb", "cdb, table.cdb, t.cdb", "hash, hash.db, t.db", "btree, btree.db, t.db"})
    void anIndexThatIsCutOffOrReplacedIsReadWhenItIsWhole(String type, String fixture, String name) throws IOException {
        Path index = directory.resolve(name);
        index(fixture, index, Integer.MAX_VALUE);
        assertThat(ask(type, "key5")).isEqualTo("value5");
        for (int length : new int[]{0, 100, 2048, 5000}) {
            later(60_000);
            try (RandomAccessFile cut = new RandomAccessFile(index.toFile(), "rw")) {
                cut.setLength(length);
            }
            Files.setLastModifiedTime(index, FileTime.from(now));
            later(600);
            for (int i = 0; i < 120; i++) {
                assertThat(ask(type, "key" + i)).matches("(?s)value" + i + "|!.+|x{9000}");
            }
            assertThat(ask(type, "key5")).startsWith("!");
            later(60_000);
            index(fixture, index, Integer.MAX_VALUE);
            later(600);
            assertThat(ask(type, "key5")).isEqualTo("value5");
            index(fixture, index, length);
            later(600);
            assertThat(ask(type, "key5")).matches("value5|!.+");
            later(60_000);
            assertThat(ask(type, "key5")).startsWith("!");
            index(fixture, index, Integer.MAX_VALUE);
            later(600);
            assertThat(ask(type, "key5")).isEqualTo("value5");
        }
    }

    @Test
    void aMemberOfAnotherTableToo() throws IOException {
        write("k v1\n");
        LookupTable piped = tables.open("pipemap:{inline:{a=k}, unionmap:{texthash:t, static:x}}");
        assertThat(piped.find("a")).isEqualTo(new LookupResult.Found("v1,x"));
        later(1000);
        write("k v2\n");
        later(1000);
        assertThat(piped.find("a")).isEqualTo(new LookupResult.Found("v2,x"));
    }

    /** What is being written is read when it has come to rest; until then the previous contents answer. */
    @Test
    void aFileIsNotReadWhileItIsWritten() throws IOException {
        write("a 1\nb 1\n");
        assertThat(ask("texthash", "b")).isEqualTo("1");
        for (int i = 0; i < 10; i++) {
            later(300);
            write("a 2\n");
            later(100);
            assertThat(ask("texthash", "b")).isEqualTo("1");
        }
        write("a 2\nb 2\n");
        later(600);
        assertThat(ask("texthash", "b")).isEqualTo("2");
    }

    /** Same file, size and times, other bytes: two edits within one tick of the file system's clock. */
    @Test
    void anEditThatTheTimesDoNotShowIsFoundByContent() throws IOException {
        write("a 1\n");
        now = Instant.now();
        FileTime time = FileTime.from(now);
        Files.setLastModifiedTime(file, time);
        FileTable table = table(path -> HashContents.read(path, TableSource.Form.MAP, tables.settings()));
        assertThat(table.find("a")).isEqualTo(new LookupResult.Found("1"));
        Files.writeString(file, "a 2\n");
        Files.setLastModifiedTime(file, time);
        now = Instant.now().plusSeconds(3);
        assertThat(table.find("a")).isEqualTo(new LookupResult.Found("2"));
    }

    @Test
    void aFileExchangedWithItsTimesPreservedShows() throws IOException {
        write("a 1\n");
        later(10_000);
        assertThat(ask("texthash", "a")).isEqualTo("1");
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, "a 2\n");
        Files.setLastModifiedTime(file, time);
        later(600);
        assertThat(ask("texthash", "a")).isEqualTo("2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"texthash | a 1 | a | open database", "cidr | 1.1.1.1 1 | 1.1.1.1 | open",
            "regexp | /a/ 1 | a | open", "pcre | /a/ 1 | a | open"})
    void aRemovedFileIsKeptForTenSecondsAndThenUnavailable(String type, String text, String key, String words)
            throws IOException {
        write(text + "\n");
        assertThat(ask(type, key)).isEqualTo("1");
        Files.delete(file);
        later(1000);
        assertThat(ask(type, key)).isEqualTo("1");
        later(9000);
        assertThat(ask(type, key)).isEqualTo("1");
        later(1100);
        String problem = words + " " + file + ": No such file or directory";
        assertThat(ask(type, key)).isEqualTo("!" + problem);
        later(1000);
        assertThat(ask(type, key)).isEqualTo("!" + problem);
        assertThat(complaints.lines).containsExactly("error: " + problem);
        write(text + "\n");
        later(100);
        assertThat(ask(type, key)).isEqualTo("1");
    }

    @Test
    void anEmptiedFileIsKeptForTenSecondsAndThenEmpty() throws IOException {
        write("a 1\n");
        assertThat(ask("texthash", "a")).isEqualTo("1");
        later(5000);
        write("");
        later(1000);
        assertThat(ask("texthash", "a")).isEqualTo("1");
        later(8000);
        assertThat(ask("texthash", "a")).isEqualTo("1");
        later(2100);
        assertThat(ask("texthash", "a")).isEqualTo("-");
    }

    @Test
    void anUnreadableFileIsUnavailableInTheEnd() throws IOException {
        write("a 1\n");
        assertThat(ask("texthash", "a")).isEqualTo("1");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeTrue(!Files.isReadable(file), "root may read everything");
        later(1000);
        assertThat(ask("texthash", "a")).isEqualTo("1");
        later(11_000);
        assertThat(ask("texthash", "a")).isEqualTo("!open database " + file + ": Permission denied");
    }

    /** A lookup that is under way goes on with what it found; the memory of replaced contents is freed after it, and once. */
    @Test
    void replacedContentsAreClosedWhenTheLastLookupHasEnded() throws Exception {
        write("a 1\n");
        AtomicInteger closed = new AtomicInteger();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        FileTable table = table(_ -> new TableContents() {
            @Override
            public LookupResult find(String key) {
                if (key.equals("wait")) {
                    inside.countDown();
                    try {
                        mayEnd.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
                return LookupResult.NOT_FOUND;
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        });
        Thread slow = Thread.ofPlatform().start(() -> table.find("wait"));
        inside.await();
        later(1000);
        write("a 2\n");
        later(1000);
        assertThat(table.find("quick")).isEqualTo(LookupResult.NOT_FOUND);
        assertThat(closed).hasValue(0);
        mayEnd.countDown();
        slow.join();
        assertThat(closed).hasValue(1);
        later(1000);
        Files.delete(file);
        later(1000);
        table.find("quick");
        later(11_000);
        assertThat(table.find("quick")).isInstanceOf(LookupResult.Unavailable.class);
        assertThat(closed).hasValue(2);
    }

    /** Kept, the patterns of all versions would be some 200 MB. */
    @ParameterizedTest
    @ValueSource(strings = {"regexp", "pcre"})
    void patternsOfReplacedContentsGiveTheirMemoryBack(String type) throws IOException {
        String rule = "/^(subject|from|x-spam-[a-z0-9_]{1,20}): .*(word[a-z]+|other[0-9]+) end$/ REJECT\n";
        write(rule.repeat(100));
        assertThat(ask(type, "k")).isEqualTo("-");
        long before = ownMemory();
        for (int version = 0; version < 100; version++) {
            later(1000);
            replace(rule.repeat(100 + version % 2));
            later(1000);
            assertThat(ask(type, "subject: words end")).isEqualTo("REJECT");
        }
        assertThat(complaints.lines).isEmpty();
        assertThat(ownMemory() - before).isLessThan(64 * 1024);
    }

    /** KiB of this process that are no file's. */
    private static long ownMemory() throws IOException {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
    }
}
