package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.Parameters;

/** Types that come in jars: listed at once, loaded when a table names them. */
class TablePluginsTest {
    @TempDir
    private Path directory;

    private String ask(String table) {
        Tables tables = new Tables(TableSettings.of(directory, InstantSource.system())
                .withComplaints(new RecordedComplaints())
                .withServices(new TableServices(() -> Parameters.of(Map.of()), TablePlugins.in(directory),
                        Optional.empty(), Optional.empty(), new TableFiles(InstantSource.system()))));
        return switch (tables.open(table).find("key")) {
            case LookupResult.Found(String value) -> value;
            case LookupResult.NotFound() -> "-";
            case LookupResult.Unavailable(String reason) -> "!" + reason;
        };
    }

    private void types(String text) throws IOException {
        Files.writeString(directory.resolve("types"), text);
    }

    /** Nothing of a type that no table names is looked at: neither is its jar there, nor is its class a type of tables. */
    @Test
    void aTypeIsLoadedWhenATableNamesIt() throws IOException {
        new ZipOutputStream(Files.newOutputStream(directory.resolve("empty.jar"))).close();
        types("# name class jars\nmine " + EchoType.class.getName() + " empty.jar\n"
                + "gone no.such.Class nowhere.jar\nwrong java.lang.String empty.jar\n");
        assertThat(TablePlugins.in(directory).types()).containsExactlyInAnyOrder("mine", "gone", "wrong");
        assertThat(ask("mine:x")).isEqualTo("mine:x x key");
        assertThat(ask("static:y")).isEqualTo("y");
        assertThat(ask("gone:x")).isEqualTo("!table type gone: can't read " + directory.resolve("nowhere.jar")
                + "; inside a changed root directory use proxy:gone:");
        assertThat(ask("wrong:x")).startsWith("!table type wrong: java.lang.ClassCastException");
        Files.createFile(directory.resolve("nowhere.jar"));
        assertThat(ask("gone:x")).startsWith("!table type gone: java.lang.ClassNotFoundException: no.such.Class");
    }

    @Test
    void withoutAListThereAreNone() throws IOException {
        assertThat(TablePlugins.in(directory).types()).isEmpty();
        types("half-a-line\n\n");
        assertThat(TablePlugins.in(directory).types()).isEmpty();
        assertThat(ask("half-a-line:x")).isEqualTo("!unsupported dictionary type: half-a-line");
    }

    /** Says what it was asked. */
    public static final class EchoType implements TableType {
        @Override
        public LookupTable open(String title, String name, Tables tables) {
            return new FixedTable(title, key -> new LookupResult.Found(title + " " + name + " " + key), false);
        }
    }
}
