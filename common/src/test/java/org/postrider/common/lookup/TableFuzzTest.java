package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files full of rubbish: a reader comes to its end, throws nothing, and whatever it complains of has a file and a line. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TableFuzzTest {
    private static final List<String> PIECES = List.of("/", "if ", "endif", "IF !/", "!", "(", ")", "[", "]", "{", "}",
            "{1,9}", "\\", "\\1", "$1", "${", "$$", "*", "+", "?", "|", ".", "^", "\n", "\n ", "\n#", "\r", "\0", "\t",
            "10.0.0.0/8", "::/0", "2001:db8::", "/33", "a", "b", "\u00c3\u00a4", "\u00ff", "(?<x>", "(?R)", "(*UTF)",
            "\\Q", "[[:alpha:]]", " x", "i", "m", "/ OK\n", "endif\n");

    private static final List<String> PIECES_OF_ALIASES = List.of("name", "name: ", ":", ",", " ", "\t", "\n", "\n ",
            "\n#", "\r", "\0", "\"", "\\", "\\\"", "(", ")", "<", ">", "@", "a@b.c", "|", "|/bin/x", "/file",
            ":include:", ":include:/x", "\u00c3\u00a4", "\u00ff", "root: a, \"|b (c\" d\n", "x: (y\n", "z: <\n");

    @TempDir
    private Path directory;

    private final RecordedComplaints complaints = new RecordedComplaints();

    private void ask(String type, String text) throws IOException {
        complaints.lines.clear();
        Path file = Files.write(directory.resolve("t"), text.getBytes(StandardCharsets.ISO_8859_1));
        LookupTable table = new Tables(TableSettings.of(directory, InstantSource.system()).withComplaints(complaints))
                .open(type + ":" + file);
        ask(table, type, file);
    }

    /** The same of the source of an alias table, whose values are taken apart, too. */
    private void askAliases(String text) throws IOException {
        complaints.lines.clear();
        Path file = Files.write(directory.resolve("t"), text.getBytes(StandardCharsets.ISO_8859_1));
        LookupTable table = new Tables(TableSettings.of(directory, InstantSource.system()).withComplaints(complaints))
                .openAliases("hash:" + file);
        ask(table, "hash", file);
        text.lines().map(line -> line.substring(line.indexOf(':') + 1))
                .forEach(value -> assertThat(AliasValue.parse(value)).doesNotContainNull());
    }

    private void ask(LookupTable table, String type, Path file) {
        for (String key : List.of("", "a", "aaaaaaaaaaaaaaaaaaaab", "10.1.2.3", "::1", "\u00c3\u00a4", "a\0b",
                "x".repeat(5000))) {
            assertThat(table.find(key)).isNotNull();
        }
        assertThat(complaints.lines).allSatisfy(line -> assertThat(line)
                .matches("(?s)(warning|error): (" + type + " map " + file + ", line [0-9]+: .+|(open )?" + file
                        + "(, line [0-9]+)?: .+|(empty macro name|truncated macro reference): .*)"));
        // Of which rule that was said, the next line says.
        for (int i = 0; i < complaints.lines.size(); i++) {
            if (complaints.lines.get(i).contains(" macro ")) {
                assertThat(String.join("\n", complaints.lines.subList(i + 1, complaints.lines.size())))
                        .contains(file + ", line ").contains(": bad replacement syntax: skipping this rule");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"regexp", "pcre", "cidr", "texthash"})
    void rubbish(String type) throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            ask(type, some(PIECES, random));
        }
    }

    private static String some(List<String> pieces, Random random) {
        StringBuilder text = new StringBuilder();
        for (int more = random.nextInt(120); more > 0; more--) {
            text.append(pieces.get(random.nextInt(pieces.size())));
        }
        return text.toString();
    }

    @Test
    void aliases() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 1000; i++) {
            askAliases(some(PIECES_OF_ALIASES, random));
        }
        for (String piece : PIECES_OF_ALIASES) {
            askAliases("name: " + piece.repeat(1024 * 1024 / piece.length()) + "\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"regexp", "pcre", "cidr", "texthash"})
    void lineOfAMegabyte(String type) throws IOException {
        int size = 1024 * 1024;
        for (String piece : List.of("a", "(", "a?", "(a*)*", "[", "\\", "\0", "$1", "!", "a|", "{", "\u00ff", "x{9}",
                ".*")) {
            String many = piece.repeat(size / piece.length());
            ask(type, many);
            ask(type, "/" + many + "/ x\n/a/ y\n");
            ask(type, "/a/ " + many + "\n");
            ask(type, "if /a/\n" + many + "\n");
            ask(type, "10.0.0.0/" + many + " x\n");
        }
        ask(type, "if /./\n".repeat(20_000));
        ask(type, "if ::/0\n".repeat(20_000));
        ask(type, "endif\n".repeat(20_000));
        ask(type, "/a/ x\n y\n".repeat(20_000));
    }
}
