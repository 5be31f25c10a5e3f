package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands in main.cf and master.cf, postconf ends soon, with an answer or with one fatal line in its own words. */
class PostconfFuzzTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.postconf", 400);
    private static final long SEED = Long.getLong("seed", 1);
    private static final String[] PIECES = {
            "$", "${", "$(", "{", "}", ")", "?", ":", "==", "=", " = ", " ", "\t", "\n", "\n ", "\n#", "#", ",",
            "smtpd_banner",
            "myorigin", "mydestination", "smtp", "inet", "unix", "\nsmtp inet n - n - - smtpd", " -o a=b",
            " -o { x = y }",
            "\nx unix - - - - - pipe", "-", "n", "60?", "0", "\0", "\r", "\u00ff", "\u00e4=\u00f6\n",
            "compatibility_level = 3.6\n",
            "\na = $b\n", "\nb = $a\n", "\"", "\\", "domain_to_ascii", "hash:/x", "mysql:/nowhere", "_limit", "/", "*"
    };
    private static final List<List<String>> COMMANDS = List.of(List.of("-n"), List.of("-nx"), List.of("-nf"),
            List.of("-x"),
            List.of("-M"), List.of("-Mfx"), List.of("-P"), List.of("-Px"), List.of("-F"), List.of("-H"), List.of("-jn"),
            List.of("-jM"), List.of("-C", "user"), List.of("-e", "myorigin=x"), List.of("-X", "a"), List.of("-#", "a"),
            List.of("-M#", "smtp/inet"), List.of("-Pe", "smtp/inet/a=c"), List.of("-Fe", "smtp/inet/chroot=y"),
            List.of("-MX", "x/unix"), List.of("-o", "a=$b", "-x", "a"));

    @TempDir
    private Path directory;

    private static String garbage(RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        int count = random.nextInt(30);
        for (int piece = 0; piece < count; piece++) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private void write(String main, String master) throws IOException {
        Files.writeString(directory.resolve("main.cf"), main, StandardCharsets.ISO_8859_1);
        Files.writeString(directory.resolve("master.cf"), master, StandardCharsets.ISO_8859_1);
    }

    /** The last line of standard error when the command failed, else nothing. */
    private String run(List<String> arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> all = new ArrayList<>(List.of("-c", directory.toString()));
        all.addAll(arguments);
        int status = Postconf.run(all, new Console("postconf", new ByteArrayInputStream(new byte[0]),
                new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.ISO_8859_1),
                new PrintStream(err, true, StandardCharsets.ISO_8859_1), Map.of()));
        String told = err.toString(StandardCharsets.ISO_8859_1);
        assertThat(status).isBetween(0, 1);
        return status == 0 ? "" : told.substring(told.lastIndexOf("postconf: ")).strip();
    }

    @Test
    void everyFileHasAnAnswer() {
        Random random = new Random(SEED);
        int[] fatal = {0};
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int round = 0; round < ROUNDS; round++) {
                String main = garbage(random);
                String master = garbage(random);
                write(main, master);
                List<String> arguments = COMMANDS.get(random.nextInt(COMMANDS.size()));
                try {
                    String failure = run(arguments);
                    if (!failure.isEmpty()) {
                        assertThat(failure).startsWith("postconf: fatal: ").hasSizeGreaterThan(18);
                        fatal[0]++;
                    }
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError("seed " + SEED + ", round " + round + ", " + arguments + ": main.cf <"
                            + main + "> master.cf <" + master + ">", e);
                }
            }
        });
        assertThat(fatal[0]).isBetween(1, ROUNDS - 1);
    }

    @Test
    void longLinesAndLoopsEnd() throws IOException {
        String word = "x".repeat(1_000_000);
        StringBuilder chain = new StringBuilder("compatibility_level = 3.6\n");
        for (int link = 0; link < 500; link++) {
            chain.append("p").append(link).append(" = $p").append(link + 1).append(" $p").append(link + 1).append('\n');
        }
        String loop = "myorigin = $c\nc = $myorigin\n";
        write("compatibility_level = 3.6\na = " + word + "\nb = $a$a\n" + word + "=1\n",
                "smtp inet n - n - - smtpd -o d=" + word + "\n");
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            assertThat(run(List.of("-n"))).isEmpty();
            assertThat(run(List.of("-x", "b"))).isEmpty();
            assertThat(run(List.of("-Mf"))).isEmpty();
            write("compatibility_level = 3.6\n" + loop, "");
            assertThat(run(List.of("-x", "myorigin"))).isEqualTo("postconf: fatal: macro processing error");
            write(chain.toString(), "");
            assertThat(run(List.of("-x", "p1"))).isEqualTo("postconf: fatal: macro processing error");
        });
    }
}
