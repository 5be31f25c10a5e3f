package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that programs change while they use them. */
class UpdatableIndexTest {
    @TempDir
    private Path directory;

    private Tables tables() {
        return new Tables(directory, InstantSource.system());
    }

    private static List<String> walk(UpdatableTable table) throws IOException {
        List<String> all = new ArrayList<>();
        Optional<Map.Entry<String, String>> entry = table.after(Optional.empty());
        while (entry.isPresent()) {
            all.add(entry.get().getKey() + "=" + entry.get().getValue());
            entry = table.after(Optional.of(entry.get().getKey()));
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"lmdb", "hash", "btree"})
    void aTableIsMadeAndChanged(String type) throws IOException {
        UpdatableTable table = tables().openForUpdate(type + ":cache");
        Path file = directory.resolve("cache.lmdb");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-r--r--");
        assertThat(table.find("a")).isEqualTo(LookupResult.NOT_FOUND);
        assertThat(walk(table)).isEmpty();
        table.put("B@example.com", "1");
        table.put("a", "2");
        table.put("a", "3");
        assertThat(table.find("b@EXAMPLE.com")).isEqualTo(new LookupResult.Found("1"));
        assertThat(walk(table)).containsExactly("a=3", "b@example.com=1");
        assertThat(tables().open(type + ":cache").find("a")).isEqualTo(new LookupResult.Found("3"));
        assertThat(table.remove("A")).isTrue();
        assertThat(table.remove("a")).isFalse();
        assertThat(walk(table)).containsExactly("b@example.com=1");
        assertThatThrownBy(() -> table.put("k".repeat(600), "v")).isInstanceOf(IOException.class);
        assertThat(walk(table)).containsExactly("b@example.com=1");
    }

    /** Several pages, so that the walk comes from one leaf to the next, and entries removed under it. */
    @Test
    void theWalkGoesOnWhileEntriesGo() throws IOException {
        TreeMap<String, String> expected = new TreeMap<>();
        try (LmdbWriter writer = LmdbWriter.open(directory.resolve("t.lmdb"), 0644, 1 << 26, true)) {
            for (int i = 0; i < 3000; i++) {
                expected.put("key" + i, "value" + i);
                assertThat(writer.put("key" + i, "value" + i, false)).isTrue();
            }
            writer.commit();
        }
        UpdatableTable table = tables().openForUpdate("lmdb:t");
        List<String> all = expected.entrySet().stream().map(one -> one.getKey() + "=" + one.getValue())
                .collect(Collectors.toList());
        assertThat(walk(table)).isEqualTo(all);
        Map.Entry<String, String> first = table.after(Optional.empty()).orElseThrow();
        assertThat(table.remove(first.getKey())).isTrue();
        assertThat(table.after(Optional.of(first.getKey())).orElseThrow().getKey()).isEqualTo("key1");
    }

    @Test
    void whatPostfixWroteIsTakenOver() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/tables/btree.db")) {
            Files.write(directory.resolve("cache.db"), Objects.requireNonNull(in).readAllBytes());
        }
        Files.setLastModifiedTime(directory.resolve("cache.db"), FileTime.fromMillis(1_000_000));
        UpdatableTable table = tables().openForUpdate("btree:cache");
        assertThat(table.find("key1")).isEqualTo(new LookupResult.Found("value1"));
        table.put("key1", "changed");
        assertThat(tables().openForUpdate("btree:cache").find("key1")).isEqualTo(new LookupResult.Found("changed"));
        assertThat(Files.exists(directory.resolve("cache.db"))).isTrue();
    }

    @Test
    void aFileThatTookThePlaceIsTheTableFromThenOn() throws IOException {
        UpdatableTable table = tables().openForUpdate("lmdb:t");
        table.put("a", "old");
        UpdatableTable other = tables().openForUpdate("lmdb:u");
        other.put("a", "new");
        Files.move(directory.resolve("u.lmdb"), directory.resolve("t.lmdb"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(table.find("a")).isEqualTo(new LookupResult.Found("new"));
        table.put("b", "2");
        assertThat(walk(table)).containsExactly("a=new", "b=2");
        Files.delete(directory.resolve("t.lmdb"));
        assertThat(table.find("a")).isInstanceOf(LookupResult.Unavailable.class);
        table.put("c", "3");
        assertThat(walk(table)).containsExactly("c=3");
    }

    @Test
    void changesOfSeveralAreAllThere() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 3; thread++) {
                UpdatableTable table = tables().openForUpdate("btree:t");
                String name = "t" + thread + "-";
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 20; i++) {
                        table.put(name + i, "x");
                    }
                    return true;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(walk(tables().openForUpdate("btree:t"))).hasSize(60);
    }

    /** liblmdb would end the process. */
    @Test
    void aDamagedFileIsRefused() throws IOException {
        UpdatableTable table = tables().openForUpdate("lmdb:t");
        for (int i = 0; i < 300; i++) {
            table.put("key" + i, "value ".repeat(20));
        }
        byte[] good = Files.readAllBytes(directory.resolve("t.lmdb"));
        byte[] rubbish = good.clone();
        Arrays.fill(rubbish, 8192, rubbish.length, (byte) 0x5a);
        for (byte[] bytes : List.of(rubbish, Arrays.copyOf(good, 12_000), new byte[]{1, 2, 3})) {
            Files.write(directory.resolve("t.lmdb"), bytes);
            assertThatThrownBy(() -> tables().openForUpdate("lmdb:t")).isInstanceOf(TableException.class)
                    .hasMessageStartingWith("open database " + directory + "/t.lmdb: ");
        }
    }

    @Test
    void tablesForReadingOnlySaySo() throws IOException {
        Files.writeString(directory.resolve("t"), "a b\n");
        assertThatThrownBy(() -> tables().openForUpdate("texthash:t")).isInstanceOf(TableException.class)
                .hasMessage("texthash:t map requires O_RDONLY access mode");
        assertThatThrownBy(() -> tables().openForUpdate("cdb:t")).isInstanceOf(TableException.class)
                .hasMessage("dict_cdb_open: inappropriate open flags for cdb database"
                        + " - specify O_RDONLY or O_WRONLY|O_CREAT|O_TRUNC");
        assertThatThrownBy(() -> tables().openForUpdate("lmdb:no/such/folder")).isInstanceOf(TableException.class);
    }

    @Test
    void debianReadsWhatWasChanged() throws IOException {
        DebianPostmap debian = DebianPostmap.inOrSkip(directory, "lmdb");
        UpdatableTable table = tables().openForUpdate("lmdb:t");
        table.put("a", "1");
        table.put("b", "2");
        assertThat(debian.postmap("-s", "lmdb:" + directory.resolve("t"))).contains("a\t1", "b\t2");
    }
}
