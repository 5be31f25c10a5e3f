package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How much of a large table's file is in the memory of a process that asks it a thousand times a second: pages that are mapped, as
 * {@code /proc/self/smaps} counts them. The heap holds nothing of it. bench/tables measures a process with a million entries.
 */
class TableMemoryTest {
    private static final int ENTRIES = 200_000;
    /** Bytes. */
    private static final long MOST = 8 << 20;

    @TempDir
    private Path directory;

    private long millis = System.currentTimeMillis();
    private final Random random = new Random(5);

    private LookupTable open(String table) {
        InstantSource clock = () -> Instant.ofEpochMilli(millis);
        return new Tables(directory, clock).openOrFail(table, TableSource.Form.MAP);
    }

    private static long mapped(Path file) throws IOException {
        long bytes = 0;
        boolean ours = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                ours = line.endsWith(" " + file);
            } else if (ours && line.startsWith("Rss:")) {
                bytes += Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return bytes;
    }

    private void checkMemory(String table, Path file) throws IOException {
        LookupTable opened = open(table);
        assertThat(Files.size(file)).isGreaterThan(2 * MOST);
        long most = mapped(file);
        for (int i = 1; i <= 3000; i++) {
            millis++;
            String key = "user" + random.nextInt(ENTRIES) + "@example.com";
            assertThat(opened.find(key)).as(key).isInstanceOf(LookupResult.Found.class);
            if (i % 149 == 0) {
                most = Math.max(most, mapped(file));
            }
        }
        assertThat(most).as(table).isPositive().isLessThan(MOST);
    }

    private void fill(IndexWriter writer) throws IOException {
        for (int i = 0; i < ENTRIES; i++) {
            boolean _ = writer.put("user" + i + "@example.com",
                    "value of user " + i + " in a table of many entries.....",
                    false);
        }
        writer.commit();
    }

    @Test
    void lmdb() throws IOException {
        Path file = directory.resolve("t.lmdb");
        try (LmdbWriter writer = LmdbWriter.open(file, 0644, 1 << 30, true)) {
            fill(writer);
        }
        checkMemory("lmdb:t", file);
    }

    @Test
    void cdb() throws IOException {
        Path file = directory.resolve("t.cdb");
        try (CdbWriter writer = CdbWriter.open(file, 0644, false)) {
            fill(writer);
        }
        checkMemory("cdb:t", file);
    }

    @Test
    void berkeley() throws IOException {
        DebianPostmap debian = DebianPostmap.inOrSkip(directory, "hash");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < ENTRIES; i++) {
            text.append("user").append(i).append("@example.com value of user ").append(i)
                    .append(" in a table of many entries\n");
        }
        Files.writeString(directory.resolve("t"), text);
        String _ = debian.postmap("hash:" + directory.resolve("t"));
        checkMemory("hash:t", directory.resolve("t.db"));
    }
}
