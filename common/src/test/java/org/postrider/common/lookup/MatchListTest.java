package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists of patterns: first match decides. */
class MatchListTest {
    @TempDir
    private static Path directory;

    private final RecordedComplaints complaints = new RecordedComplaints();
    private final Tables tables = new Tables(
            TableSettings.of(directory, InstantSource.system()).withComplaints(complaints));

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"example.com | false | Example.COM | MATCH",
            "example.com | false | a.example.com | NO_MATCH", "example.com | true | a.example.com | MATCH",
            ".example.com | false | a.example.com | MATCH", ".example.com | false | example.com | NO_MATCH",
            "!a.example.com, .example.com | false | a.example.com | NO_MATCH",
            "!a.example.com, .example.com | false | b.example.com | MATCH", "inline:{x.y=1} | false | x.y | MATCH",
            "inline:{.x.y=1} | false | a.b.x.y | MATCH", "inline:{x.y=1} | true | a.b.x.y | MATCH",
            "inline:{x.y=1} | false | a.x.y | NO_MATCH", "a fail:x | false | a | MATCH",
            "fail:x a | false | a | UNAVAILABLE",
            "!inline:{x=1} static:all | false | x | NO_MATCH", "regexp:{/^x/} | false | a.xy | UNAVAILABLE",
            "regexp:{{/^x/ y}} | false | a.xy | NO_MATCH",
            "regexp:{{/^x/ y}} | false | xy | MATCH"})
    void domains(String list, boolean parents, String name, MatchOutcome expected) {
        assertThat(MatchList.domains(list, parents, tables).match(name)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"127.0.0.0/8 [::1]/128 | localhost | 127.0.0.1 | MATCH",
            "127.0.0.0/8 [::1]/128 | localhost | ::1 | MATCH", "127.0.0.0/8 | x | 128.0.0.1 | NO_MATCH",
            "!10.0.0.1 10.0.0.0/8 | x | 10.0.0.1 | NO_MATCH", "!10.0.0.1 10.0.0.0/8 | x | 10.0.0.2 | MATCH",
            "[2001:db8::]/32 | x | 2001:db8:1::5 | MATCH", "2001:db8::1 | x | 2001:0db8::0001 | MATCH",
            "host.example | host.example | 1.2.3.4 | MATCH", "cidr:{{1.2.3.0/24 x}} | h | 1.2.3.4 | MATCH",
            "inline:{1.2.3.4=x} | h | 1.2.3.4 | MATCH", "10.0.0.1/8 | h | 10.0.0.1 | UNAVAILABLE"})
    void hosts(String list, String name, String address, MatchOutcome expected) {
        assertThat(MatchList.hosts(list, false, tables).match(name, address)).isEqualTo(expected);
    }

    @Test
    void addressesAndStrings() {
        assertThat(MatchList.addresses("10.0.0.0/8", tables).match("10.1.1.1").matches()).isTrue();
        assertThat(MatchList.strings("a B", tables).match("b").matches()).isTrue();
        assertThat(MatchList.strings("b", tables).match("a.b").matches()).isFalse();
    }

    @Test
    void aFileStandsForItsPatterns() throws IOException {
        Path file = Files.writeString(directory.resolve("list"), "# all\n a.example !b.example\n.example\n");
        MatchList list = MatchList.domains(file.toString(), false, tables);
        assertThat(list.match("a.example")).isEqualTo(MatchOutcome.MATCH);
        assertThat(list.match("b.example")).isEqualTo(MatchOutcome.NO_MATCH);
        assertThat(MatchList.domains("!" + file + " c", false, tables).match("q.example"))
                .isEqualTo(MatchOutcome.NO_MATCH);
        assertThat(MatchList.domains("x /none y", false, tables).match("x")).isEqualTo(MatchOutcome.MATCH);
        assertThat(MatchList.domains("x /none y", false, tables).match("y")).isEqualTo(MatchOutcome.UNAVAILABLE);
        assertThat(complaints.lines).contains("error: open file /none: No such file or directory");
    }

    @Test
    void aFileThatNamesItselfIsAnError() throws IOException {
        Path file = directory.resolve("self");
        Files.writeString(file, "a.example " + file + " " + file + "\n");
        MatchList list = MatchList.domains(file.toString(), false, tables);
        assertThat(list.match("a.example")).isEqualTo(MatchOutcome.MATCH);
        assertThat(list.match("b.example")).isEqualTo(MatchOutcome.UNAVAILABLE);
        assertThat(complaints.lines).first().isEqualTo("error: file " + file + " names itself in its list");
    }
}
