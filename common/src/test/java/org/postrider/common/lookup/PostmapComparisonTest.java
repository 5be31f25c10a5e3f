package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * regexp, pcre and cidr files beside Postfix's own postmap(1): the same answers, and the same warnings in the same order. Needs
 * Debian's packages postfix and postfix-pcre.
 */
@Tag("peers")
class PostmapComparisonTest {
    private static final Path POSTMAP = Path.of("/usr/sbin/postmap");

    @TempDir
    private Path directory;

    /** What both say about one file. */
    private record Said(List<String> answers, List<String> warnings) {}

    @BeforeEach
    void needsPostfix() throws IOException {
        boolean there = Files.isExecutable(POSTMAP) && Files.exists(Path.of("/usr/lib/postfix/postfix-pcre.so"));
        if (!there) {
            System.err.println("SKIPPED: " + getClass().getSimpleName() + " needs Debian's postfix and postfix-pcre");
        }
        assumeTrue(there, "needs Debian's postfix and postfix-pcre");
        Files.writeString(directory.resolve("main.cf"), "compatibility_level = 3.6\nsmtputf8_enable = no\n");
        Files.writeString(directory.resolve("master.cf"), "");
    }

    private void compare(String type, String rules, List<String> keys) throws IOException {
        Path file = directory.resolve("rules");
        Files.write(file, rules.getBytes(StandardCharsets.ISO_8859_1));
        Said theirs = theirs(type, file, keys);
        Said ours = ours(type, file, keys);
        assertThat(ours.answers).as("%s:%n%s", type, rules).isEqualTo(theirs.answers);
        assertThat(ours.warnings).as("%s:%n%s", type, rules).isEqualTo(theirs.warnings);
    }

    private Said theirs(String type, Path file, List<String> keys) throws IOException {
        Path questions = Files.write(directory.resolve("keys"),
                (String.join("\n", keys) + "\n").getBytes(StandardCharsets.ISO_8859_1));
        Path answers = directory.resolve("answers");
        Path errors = directory.resolve("errors");
        Process process = new ProcessBuilder(POSTMAP.toString(), "-c", directory.toString(), "-q", "-",
                type + ":" + file).redirectInput(questions.toFile()).redirectOutput(answers.toFile())
                .redirectError(errors.toFile()).start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
        return new Said(lines(answers), lines(errors).stream().filter(line -> !line.isEmpty())
                // What postmap itself has to say about an empty result.
                .filter(line -> !line.contains("empty string result is not allowed")
                        && !line.contains("should return NO RESULT"))
                .map(line -> line.replaceFirst("^postmap: ", "")).toList());
    }

    private static List<String> lines(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        return text.isEmpty() ? List.of() : List.of(text.split("\n"));
    }

    private Said ours(String type, Path file, List<String> keys) {
        RecordedComplaints complaints = new RecordedComplaints();
        Tables tables = new Tables(
                TableSettings.of(directory, InstantSource.system()).withComplaints(complaints));
        LookupTable table = tables.open(type + ":" + file);
        List<String> answers = new ArrayList<>();
        for (String key : keys) {
            switch (table.find(key)) {
                case LookupResult.Found(String value) -> answers.add(key + "\t" + value);
                case LookupResult.NotFound() -> {
                }
                case LookupResult.Unavailable(String reason) -> answers.add("unavailable: " + reason);
            }
        }
        return new Said(answers, complaints.lines);
    }

    @ParameterizedTest
    @ValueSource(strings = {"regexp", "pcre"})
    void handMadeExpressions(String type) throws IOException {
        for (String rules : handMade("expressions.txt")) {
            compare(type, rules,
                    List.of("abc", "ABC", "a", "b", "ab", "aXb", "a b", "aaa", "a\u00e4b", "{a}", "a{1", "$", "a$b",
                            "a\\b", "user+ext@example.com", "owner-list@example.com", "10.1.2.3",
                            "Subject: make money fast"));
        }
    }

    @Test
    void handMadeBlocks() throws IOException {
        for (String rules : handMade("blocks.txt")) {
            compare("cidr", rules, List.of("10.1.2.3", "10.1.2.4", "11.1.1.1", "0.0.0.0", "255.255.255.255",
                    "010.1.2.3",
                    "8.1.2.3", "2001:db8::1", "2001:DB8:0:0::1", "::", "::1", "::ffff:10.1.2.3", "[10.1.2.3]", "10.1.2",
                    "10.1.2.3 ", "fe80::1%lo", "1:2:3:4:5:6:7::", ":::", "1::2::3", "foo", "::1.2.3.4", "::01.2.3.4",
                    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
        }
    }

    /** Files of the test resources, which hold many between lines of dashes. */
    private List<String> handMade(String name) {
        try (var in = getClass().getResourceAsStream(name)) {
            assertThat(in).isNotNull();
            return List.of(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).split("(?m)^----\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"regexp,1", "regexp,2", "pcre,1", "pcre,2"})
    void madeUpExpressions(String type, long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 12; i++) {
            StringBuilder rules = new StringBuilder();
            for (int line = 0; line < 20; line++) {
                rules.append(expressionLine(random)).append('\n');
            }
            List<String> keys = new ArrayList<>();
            for (int k = 0; k < 30; k++) {
                keys.add("k" + some(random, "abcAB.+*-@${}1 ", 8).strip());
            }
            compare(type, rules.toString(), keys);
        }
    }

    private static String expressionLine(Random random) {
        return switch (random.nextInt(14)) {
            case 0 -> "if " + written(random);
            case 1 -> "endif";
            case 2 -> "IF " + written(random) + (random.nextInt(6) == 0 ? " x" : "");
            case 3 -> random.nextInt(3) == 0 ? "# comment" : " continued";
            default -> written(random) + some(random, "  \t", 2) + " " + result(random);
        };
    }

    private static String written(Random random) {
        String delimiter = random.nextInt(8) == 0 ? some(random, "|~#\"'!a{", 1) : "/";
        return (random.nextInt(5) == 0 ? "!" : "") + (delimiter.isEmpty() ? "/" : delimiter) + pattern(random, 3)
                + (delimiter.isEmpty() ? "/" : delimiter) + (random.nextInt(4) == 0 ? some(random, "imxsAEU", 2) : "");
    }

    private static String pattern(Random random, int depth) {
        StringBuilder pattern = new StringBuilder();
        int pieces = 1 + random.nextInt(3);
        for (int i = 0; i < pieces; i++) {
            String piece = switch (random.nextInt(depth > 0 ? 12 : 8)) {
                case 0 -> ".";
                case 1 -> "^";
                case 2 -> "$";
                case 3 -> "[" + (random.nextInt(3) == 0 ? "^" : "") + some(random, "abAB-.]1", 3) + "]";
                case 4 -> "\\" + some(random, ".$b(w1", 1);
                case 8, 9 -> "(" + pattern(random, depth - 1) + ")";
                case 10 -> "(" + pattern(random, depth - 1) + "|" + pattern(random, depth - 1) + ")";
                default -> some(random, "abcAB1@", 2);
            };
            pattern.append(piece);
            if (random.nextInt(4) == 0) {
                pattern.append(List.of("*", "+", "?", "{2}", "{1,2}", "{0,1}").get(random.nextInt(6)));
            }
        }
        return pattern.toString();
    }

    private static String result(Random random) {
        StringBuilder result = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            result.append(switch (random.nextInt(9)) {
                case 0 -> "$1";
                case 1 -> "${2}";
                case 2 -> "$(1)";
                case 3 -> "$$";
                case 4 -> some(random, "${}()1$0x", 4);
                default -> some(random, "OKREJECT ", 4);
            });
        }
        return result.toString().strip();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void madeUpBlocks(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 12; i++) {
            StringBuilder rules = new StringBuilder();
            for (int line = 0; line < 40; line++) {
                rules.append(switch (random.nextInt(12)) {
                    case 0 -> "if " + block(random);
                    case 1 -> "endif";
                    case 2 -> "if !" + block(random);
                    default -> block(random) + " r" + line;
                }).append('\n');
            }
            List<String> keys = new ArrayList<>();
            for (int k = 0; k < 60; k++) {
                keys.add(address(random));
            }
            compare("cidr", rules.toString(), keys);
        }
    }

    private static String block(Random random) {
        String address = address(random);
        String prefix = switch (random.nextInt(6)) {
            case 0 -> "";
            case 1 -> "/" + random.nextInt(140);
            default -> "/" + (address.contains(":") ? 16 * random.nextInt(9) : 8 * random.nextInt(5));
        };
        String block = address + prefix;
        block = random.nextInt(10) == 0 ? "[" + block + "]" : block;
        return random.nextInt(8) == 0 ? "!" + block : block;
    }

    /** Few different ones, most with zeros at the end. */
    private static String address(Random random) {
        int parts = random.nextInt(4) + 1;
        StringBuilder address = new StringBuilder();
        if (random.nextInt(4) == 0) {
            for (int i = 0; i < parts; i++) {
                address.append(List.of("1", "2001", "db8", "0", "ffff").get(random.nextInt(5))).append(':');
            }
            return address + (random.nextInt(12) == 0 ? "1" : ":");
        }
        for (int i = 0; i < 4; i++) {
            address.append(i == 0 ? "" : ".")
                    .append(i < parts ? List.of("0", "10", "255", "128", "1").get(random.nextInt(5)) : "0");
        }
        return random.nextInt(20) == 0 ? address + some(random, ".1x", 2) : address.toString();
    }

    private static String some(Random random, String characters, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < most; i++) {
            if (i == 0 || random.nextBoolean()) {
                text.append(characters.charAt(random.nextInt(characters.length())));
            }
        }
        return text.toString();
    }
}
