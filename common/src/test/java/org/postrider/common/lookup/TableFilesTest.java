package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.Parameters;

/** Tables in a process that has opened their files and then lost sight of them: what is at the path then is of no account. */
class TableFilesTest {
    @TempDir
    Path folder;

    private Duration later = Duration.ZERO;
    private final InstantSource clock = () -> Instant.now().plus(later);
    private final TableFiles files = new TableFiles(clock);
    private Tables tables;
    private Path text;

    @BeforeEach
    void write() throws IOException {
        text = Files.writeString(folder.resolve("t"), "a 1\n");
        tables = new Tables(TableSettings.of(folder, clock).withServices(new TableServices(
                () -> Parameters.of(Map.of()), TablePlugins.none(), Optional.empty(), Optional.empty(), files)));
    }

    /** Keeps what the value names, and changes the root directory as far as tables can tell. */
    private void sealed(String value, boolean list) {
        tables.keep(value, list);
        files.seal(true);
    }

    private void replace(String content) throws IOException {
        Path other = Files.writeString(folder.resolve("new"), content);
        Files.move(other, text, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private IndexWriter writer() throws IOException {
        return LmdbWriter.open(folder.resolve("t.lmdb"), 0644, 1 << 20, true);
    }

    private LookupResult found(String value) {
        return new LookupResult.Found(value);
    }

    @Test
    void aReplacedFileGoesOnAnsweringAndCallsForANewProcess() throws IOException {
        sealed("check_client_access texthash:" + text + ", reject", false);
        replace("a 2\n");
        LookupTable table = tables.open("texthash:" + text);
        assertThat(table.find("a")).isEqualTo(found("1"));
        assertThat(files.outdated()).as("it may be changing at this moment").isEmpty();
        later = Duration.ofSeconds(2);
        assertThat(files.outdated()).contains(text);
        assertThat(table.find("a")).isEqualTo(found("1"));
    }

    @Test
    void aTextThatIsChangedInPlaceIsReadAgain() throws IOException {
        sealed("{ unionmap:{regexp:" + text + ", inline:{a=b}} }", false);
        Files.writeString(text, "/a/ 1\n");
        LookupTable table = tables.open("regexp:" + text);
        assertThat(table.find("a")).isEqualTo(found("1"));
        Files.writeString(text, "/a/ 2\n");
        later = Duration.ofSeconds(2);
        assertThat(table.find("a")).isEqualTo(found("2"));
        assertThat(files.outdated()).as("the name may lead elsewhere").contains(text);
    }

    @Test
    void aFileThatWasPutAsideCallsForANewProcess() throws IOException {
        sealed("texthash:" + text, false);
        Files.move(text, folder.resolve("t.bak"));
        later = Duration.ofSeconds(2);
        assertThat(files.outdated()).contains(text);
    }

    @Test
    void anIndexThatIsChangedInPlaceNeedsNoNewProcess() throws IOException {
        try (IndexWriter writer = writer()) {
            writer.put("a", "1", true);
            writer.commit();
        }
        sealed("lmdb:" + text, false);
        LookupTable table = tables.open("lmdb:" + text);
        assertThat(table.find("a")).isEqualTo(found("1"));
        try (IndexWriter writer = writer()) {
            writer.put("a", "2", true);
            writer.commit();
        }
        later = Duration.ofSeconds(2);
        assertThat(table.find("a")).isEqualTo(found("2"));
        assertThat(files.outdated()).isEmpty();
        Files.move(folder.resolve("t.lmdb"), folder.resolve("t.old"));
        assertThat(files.outdated()).contains(folder.resolve("t.lmdb"));
    }

    @Test
    void aListInAFileIsKeptWithTheTablesInIt() throws IOException {
        Path list = Files.writeString(folder.resolve("list"), "# none\n192.0.2.1, cidr:" + text + "\n");
        Files.writeString(text, "198.51.100.0/24 yes\n");
        sealed("!192.0.2.7 " + list, true);
        Files.delete(list);
        Files.delete(text);
        MatchList hosts = MatchList.hosts(list.toString(), false, tables);
        assertThat(hosts.match("198.51.100.9", "198.51.100.9")).isEqualTo(MatchOutcome.MATCH);
        assertThat(hosts.match("203.0.113.1", "203.0.113.1")).isEqualTo(MatchOutcome.NO_MATCH);
    }

    @Test
    void whatWasMissingIsLookedForByANewProcessAfterAMinuteOrAReload() throws IOException {
        sealed("hash:" + folder.resolve("later"), false);
        Files.delete(text);
        assertThat(tables.open("texthash:" + text).find("a")).isInstanceOf(LookupResult.Unavailable.class);
        assertThat(files.isWatching()).isTrue();
        assertThat(files.outdated()).isEmpty();
        later = Duration.ofSeconds(61);
        assertThat(files.outdated()).contains(text);
        later = Duration.ZERO;
        assertThat(files.outdated()).isEmpty();
        files.reloaded();
        assertThat(files.outdated()).contains(text);
    }

    @Test
    void aProcessThatOnlyBecameAnotherUserGoesByPaths() throws IOException {
        tables.keep("texthash:" + text, false);
        files.seal(false);
        assertThat(files.isWatching()).as("who can read it by its name keeps nothing").isFalse();
        LookupTable table = tables.open("texthash:" + text);
        assertThat(table.find("a")).isEqualTo(found("1"));
        replace("a 2\n");
        later = Duration.ofSeconds(2);
        assertThat(table.find("a")).isEqualTo(found("2"));
        assertThat(files.outdated()).isEmpty();
    }
}
