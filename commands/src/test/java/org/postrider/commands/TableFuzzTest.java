package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tables made of rubbish: postmap and postalias come to their end, what they complain of has a file and a line or the key, and what is in
 * the table can be asked for.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TableFuzzTest {
    private static final List<String> PIECES = List.of("key", "Key", "a", "b@c", " ", "\t", "\n", "\n ", "\n#", "\r\n",
            "\0", "\"", "\\", "\\\"", ":", "::", ",", "(", ")", "<", ">", "@", "\u00c3\u00a4", "\u00ff", "\u00c0\u0080",
            ":include:/x", "|cmd", "/file", "\u007f", "\u001b", "key value\n", "name: value\n");

    @TempDir
    private Path directory;

    @BeforeEach
    void configure() throws IOException {
        Files.writeString(directory.resolve("main.cf"), "");
    }

    private record Said(int status, String out, String err) {}

    private Said run(String command, String input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(command, new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1)),
                new PrintStream(out, true, StandardCharsets.ISO_8859_1),
                new PrintStream(err, true, StandardCharsets.ISO_8859_1), Map.of("MAIL_CONFIG", directory.toString()));
        int status = command.equals("postmap")
                ? Postmap.run(List.of(arguments), console)
                : Postalias.run(List.of(arguments), console);
        return new Said(status, out.toString(StandardCharsets.ISO_8859_1), err.toString(StandardCharsets.ISO_8859_1));
    }

    private void make(String command, String type, String text) throws IOException {
        Path source = Files.write(directory.resolve("t"), text.getBytes(StandardCharsets.ISO_8859_1));
        String table = type + ":" + source;
        Said made = run(command, "", table);
        assertThat(made.err.lines()).allSatisfy(line -> assertThat(line).containsAnyOf(source + ", line ",
                "duplicate entry: ", "logical line must not start with whitespace", "error updating " + table));
        if (made.status != 0) {
            assertThat(made.err).contains("fatal: ");
            return;
        }
        Said listed = run(command, "", "-s", table);
        assertThat(listed.err).isEmpty();
        String separator = command.equals("postmap") ? "\t" : ":\t";
        for (String line : listed.out.split("\n", -1)) {
            int end = line.indexOf(separator);
            if (end > 0) {
                String key = line.substring(0, end);
                // What could not be an argument, or would be taken for another key.
                if (key.indexOf('\0') < 0 && !key.equals("-") && key.indexOf('\t') < 0) {
                    assertThat(run(command, "", "-q", key, table).out)
                            .isEqualTo(line.substring(end + separator.length()) + "\n");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postmap lmdb", "postmap cdb", "postmap hash", "postalias lmdb", "postalias cdb"})
    void rubbish(String what) throws IOException {
        String[] words = what.split(" ", -1);
        Random random = new Random(11);
        for (int i = 0; i < 60; i++) {
            StringBuilder text = new StringBuilder();
            for (int pieces = random.nextInt(80); pieces > 0; pieces--) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            make(words[0], words[1], text.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postmap lmdb", "postmap cdb", "postalias lmdb"})
    void linesOfAMegabyte(String what) throws IOException {
        String[] words = what.split(" ", -1);
        int size = 1 << 20;
        for (String text : List.of("k " + "v".repeat(size), "k".repeat(size) + " v",
                "k: " + "a, ".repeat(size / 3) + "b",
                "k v\n" + " x\n".repeat(size / 3), "\"".repeat(size), "(".repeat(size) + ": x",
                "k: " + "(".repeat(size),
                "\0".repeat(size), "k \0" + "v".repeat(size), "\u00ff".repeat(size) + " v", "#".repeat(size),
                "\n".repeat(size))) {
            make(words[0], words[1], text + "\n");
        }
    }
}
