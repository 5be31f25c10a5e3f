package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.queue.QueueFile;
import org.postrider.common.queue.QueueName;

class QshapeTest {
    private static final Path REAL = Path.of("/usr/sbin/qshape");
    private static final Instant NOW = Instant.now();

    @TempDir
    Path root;

    private SampleSpool spool;
    private int number;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void make() throws IOException {
        spool = new SampleSpool(root, System.getProperty("user.name"));
        put(0, "Joe@UPPER.Example.COM", "x@Mixed.Case.ORG", "y@mixed.case.org");
        put(0, "nodomain", "plain", "other");
        Path done = put(0, "", "a@done.test", "b@done.test");
        try (QueueFile file = QueueFile.openForUpdate(done)) {
            file.markDone(file.recipients(0, 1).recipients().getFirst().offset());
        }
        put(7 * 60, "s@a.test", "a@aged.test");
        put(3 * 3600, "s@a.test", "a@aged2.test");
        put(30 * 86_400, "s@a.test", "a@aged3.test");
        put(0, "s@a.test", "a@" + "l".repeat(60) + ".verylong.sub.domain.example.com");
        for (int i = 0; i < 12; i++) {
            put(60, "s@b.test", "a@many.test");
        }
        for (int i = 0; i < 7; i++) {
            put(90 + 60 * i, "s@s" + i + ".p.test", "a@s" + i + ".p.test", "b@x.s" + i + ".p.test");
        }
        put(0, "a@[127.0.0.1]", "q@[10.0.0.1]", "\"a@b c\"@quoted.test", "u@trail.test.", "@route.test:z@real.test",
                "u@",
                "x@y@two.test");
        Path incomplete = put(0, "s@a.test", "a@mode600.test");
        Files.setPosixFilePermissions(incomplete, PosixFilePermissions.fromString("rw-------"));
    }

    private Path put(int age, String sender, String... recipients) throws IOException {
        return spool.put("A%04X1%04X".formatted(number, number++), QueueName.DEFERRED, NOW.minusSeconds(age), sender,
                recipients);
    }

    private int run(boolean terminal, String... arguments) {
        Console console = new Console("qshape", new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, false, StandardCharsets.ISO_8859_1),
                new PrintStream(err, true, StandardCharsets.ISO_8859_1), Map.of("MAIL_CONFIG", root.toString()));
        return Qshape.run(List.of(arguments), console, InstantSource.fixed(NOW), terminal);
    }

    private String output() {
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    /** Debian's, on the same queue: the same lines; those with equal counts and lengths come there in no order. */
    @Test
    void countsWhatPostfixCounts() throws Exception {
        assumeTrue(Files.isExecutable(REAL), "SKIPPED: needs Postfix's qshape");
        for (String options : List.of("", "-s", "-p", "-p -m 14", "-p -m 15", "-s -p -m 3", "-w 120", "-b 17 -p -m 1",
                "-b 1", "-l -b 4 -t 2", "-n 3")) {
            List<String> words = new ArrayList<>(options.isEmpty() ? List.of() : List.of(options.split(" ")));
            words.add("deferred");
            words.add("hold");
            List<String> command = new ArrayList<>(List.of(REAL.toString(), "-c", root.toString()));
            command.addAll(words);
            Process process = new ProcessBuilder(command).start();
            List<String> expected = process.inputReader(StandardCharsets.ISO_8859_1).lines().sorted().toList();
            out.reset();
            assertThat(run(false, words.toArray(String[]::new))).isZero();
            assertThat(output().lines().sorted().toList()).as(options).isEqualTo(expected);
        }
    }

    @Test
    void theLargestComeFirst() {
        assertThat(run(false, "-b", "3", "-p", "-m", "7", "deferred")).isZero();
        assertThat(output().lines().map(String::strip).limit(8)).containsExactly("T  5 10 10+", "TOTAL 41 32  7   2",
                ".p.test 14  8  6   0", "many.test 12 12  0   0", "mixed.case.org  2  2  0   0", "1  1  0   0",
                "other  1  1  0   0", "plain  1  1  0   0");
        assertThat(output().lines().map(String::length).distinct()).containsExactly(80);
    }

    @Test
    void aTerminalSeesItGrow() {
        assertThat(run(true, "-N", "10", "-n", "3", "deferred")).isZero();
        List<String> screens = List.of(output().split("\33\\[H\33\\[2J\33\\[3J"));
        assertThat(screens).hasSize(1 + 2 + 1);
        assertThat(screens.getLast().lines()).hasSize(4);
    }

    @Test
    void whatCanNotBeReadIsTold() throws IOException {
        Path garbage = spool.directory.top(QueueName.HOLD).resolve("0000AB12");
        Files.writeString(garbage, "hello");
        Files.setPosixFilePermissions(garbage, PosixFilePermissions.fromString("rwx------"));
        Files.createSymbolicLink(garbage.resolveSibling("0000AB13"), Path.of("/etc/passwd"));
        assertThat(run(false, "hold", "nosuch", root.resolve("spool/incoming").toString())).isZero();
        assertThat(output().lines().skip(1)).singleElement().asString().contains("TOTAL  0  0");
        assertThat(err.toString(StandardCharsets.ISO_8859_1)).contains("qshape: warning: " + garbage + ": ",
                "qshape: warning: no such queue: " + root.resolve("spool/nosuch"));
        assertThat(run(false, "-b", "x")).isEqualTo(1);
        assertThat(run(false, "-z")).isEqualTo(1);
    }
}
