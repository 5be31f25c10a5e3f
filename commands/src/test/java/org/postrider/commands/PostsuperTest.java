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
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.posix.Identity;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;

class PostsuperTest {
    private static final Path REAL = Path.of("/usr/sbin/postsuper");
    private static final Instant NOW = Instant.now();
    private static final Instant LONG_AGO = NOW.minusSeconds(10 * 86_400);

    /** Standard input and arguments, one after the other on the same spool. */
    private static final List<List<String>> COMMANDS = List.of(
            List.of("", "-d", "86ADB1", "-d", "822C52", "-d", "0000A9"),
            List.of("", "-h", "807312", "-h", "897440"), List.of("", "-H", "ALL"), List.of("", "-r", "807312"),
            List.of("87F061\n", "-e", "-"), List.of("", "-h", "87F061"), List.of("", "-f", "87F061"),
            List.of("886DA1\nfoo/bar\n\n  8AEB31  \n", "-h", "-"), List.of("818593 x y\n886DA1 \n", "-d", "-"),
            List.of("", "-d", "bad/id"), List.of("", "-d", "ALL", "nosuch"), List.of("", "-d", "ALL", "corrupt"),
            List.of("", "-d", "886DA1", "deferred"), List.of("", "-d", "886DA1", "defer"),
            List.of("", "-d", "8AEB31", "-h", "8AEB31"), List.of("", "-h", "-", "-d", "-"), List.of("", "-d", "all"),
            List.of("", "-f", "897440", "-e", "897440"), List.of("", "-e", "897440"),
            List.of("", "-f", "8A46B1", "hold"), List.of("", "-e", "ALL"), List.of("", "-h", "ALL"),
            List.of("", "-f", "ALL"), List.of("", "-H", "ALL", "-h", "897440"), List.of("", "-H", "897440", "deferred"),
            List.of("", "-H", "897440"), List.of("", "-h", "8A46B1", "-d", "8A46B1", "-r", "8A46B1"),
            List.of("", "-r", "ALL"), List.of("", "-d", "897440", "incoming"), List.of("", "-d", "897440"),
            List.of("", "-d", "ALL", "bounce"), List.of("", "-p", "hold"), List.of("", "-p", "-s", "corrupt"),
            List.of("", "-z"), List.of("", "-d"), List.of("", "-d", "ALL", "-d", "807312"), List.of("", "-d", "ALL"));

    @TempDir
    Path root;

    private SampleSpool spool;

    @BeforeEach
    void make() throws IOException {
        spool = fill(new SampleSpool(Files.createDirectories(root.resolve("ours")), System.getProperty("user.name")));
    }

    private static SampleSpool fill(SampleSpool spool) throws IOException {
        for (String id : List.of("86ADB1", "822C52", "807312", "87F061", "886DA1", "8AEB31", "818593")) {
            spool.put(id, QueueName.DEFERRED, NOW, "a@example.com", "u@example.net");
            spool.log(id, QueueName.DEFER, "\n<u@example.net>: later\n\n");
        }
        spool.put("897440", QueueName.HOLD, NOW, "a@example.com", "u@example.net");
        spool.put("8A46B1", QueueName.HOLD, NOW, "", "u@example.net");
        return spool;
    }

    private record Outcome(int status, String text) {}

    private Outcome ours(String input, List<String> arguments) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(text, true, StandardCharsets.ISO_8859_1);
        Console console = new Console("postsuper",
                new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1)), out, out,
                Map.of("MAIL_CONFIG", spool.root.toString()));
        int status = Postsuper.run(arguments, console);
        return new Outcome(status, text.toString(StandardCharsets.ISO_8859_1));
    }

    private String ours(String... arguments) {
        return ours("", List.of(arguments)).text();
    }

    private static Outcome theirs(SampleSpool spool, String input, List<String> arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(REAL.toString()));
        line.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().put("MAIL_CONFIG", spool.root.toString());
        Process process = builder.start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException _) {
            // Gone without reading.
        }
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return new Outcome(process.waitFor(), text);
    }

    /** Debian's, run by root, on a copy of the same spool: the same words, counts and files after every command. */
    @Test
    void saysAndDoesWhatPostfixDoes() throws Exception {
        assumeTrue(Identity.effectiveUid() == 0 && Files.isExecutable(REAL), "SKIPPED: needs root and a Postfix");
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        SampleSpool copy = fill(new SampleSpool(Files.createDirectories(root.resolve("theirs")), "postfix"));
        int chown = new ProcessBuilder("chown", "-R", "postfix", copy.directory.root().toString(),
                copy.root.resolve("data").toString()).start().waitFor();
        assertThat(chown).isZero();
        for (List<String> command : COMMANDS) {
            List<String> arguments = command.subList(1, command.size());
            assertThat(ours(command.getFirst(), arguments)).as("%s", command)
                    .isEqualTo(theirs(copy, command.getFirst(), arguments));
            if (arguments.contains("-r")) {
                // Postfix leaves the logs of what it requeues; nobody would remove them.
                for (String log : List.copyOf(copy.files().keySet())) {
                    if (log.startsWith("defer/") && !spool.files().containsKey(log)) {
                        Files.delete(copy.directory.root().resolve(log));
                    }
                }
            }
            assertThat(spool.files()).as("%s", command).isEqualTo(copy.files());
        }
        assertThat(spool.files()).isEmpty();
    }

    @Test
    void theConfigurationMayStandElsewhere() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(text, true, StandardCharsets.ISO_8859_1);
        Console console = new Console("postsuper", new ByteArrayInputStream(new byte[0]), out, out,
                Map.of("MAIL_CONFIG", root.resolve("nowhere").toString()));
        assertThat(Postsuper.run(List.of("-c", spool.root.toString(), "-v", "-h", "86ADB1"), console)).isZero();
        assertThat(text.toString(StandardCharsets.ISO_8859_1)).contains("postsuper: Placed on hold: 1 message\n");
    }

    @Test
    void aMessageThatIsBeingWrittenIsLeftAlone() throws IOException {
        Path file = spool.log("0000AB12", QueueName.INCOMING, "half");
        for (String option : List.of("-d", "-h", "-r", "-e", "-f")) {
            assertThat(ours(option, "0000AB12")).contains(": 0 messages");
            assertThat(ours(option, "ALL", "incoming")).contains(": 0 messages");
        }
        assertThat(file).hasContent("half");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void whatIsNoFileIsToldAndLeftAlone() throws IOException {
        Path aside = Files.writeString(root.resolve("aside"), "aside");
        Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("rwx------"));
        Files.createSymbolicLink(spool.directory.top(QueueName.HOLD).resolve("0000AB13"), aside);
        Files.createDirectory(spool.directory.top(QueueName.HOLD).resolve("0000AB14"));
        assertThat(ours("-e", "0000AB13", "-d", "0000AB14")).contains(
                "postsuper: warning: hold/0000AB13: not a regular file\n",
                "postsuper: warning: hold/0000AB14: not a regular file\n", "Force-expired: 0", "Deleted: 0");
        assertThat(Files.getPosixFilePermissions(aside)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(ours("-d", "ALL", "hold")).contains("postsuper: Deleted: 2 messages\n");
        assertThat(spool.directory.top(QueueName.HOLD).resolve("0000AB13")).isSymbolicLink();
    }

    @Test
    void nothingIsReplaced() throws IOException {
        Path twin = spool.put("897440", QueueName.DEFERRED, NOW, "other@example.com", "v@example.net");
        byte[] content = Files.readAllBytes(twin);
        assertThat(ours("-H", "897440")).contains("warning: hold/897440: left alone, as there is a deferred/897440\n",
                "Released from hold: 0 messages");
        assertThat(Files.readAllBytes(twin)).isEqualTo(content);
        assertThat(spool.directory.path(QueueName.HOLD, new QueueId("897440"))).exists();
    }

    @Test
    void requeuedMailIsDueAtOnce() throws IOException {
        Path file = spool.directory.path(QueueName.DEFERRED, new QueueId("86ADB1"));
        Files.setLastModifiedTime(file, FileTime.from(NOW.plusSeconds(3600)));
        assertThat(ours("-r", "86ADB1")).startsWith("postsuper: 86ADB1: requeued\n");
        assertThat(Files.getLastModifiedTime(spool.directory.path(QueueName.MAILDROP, new QueueId("86ADB1")))
                .toInstant()).isBeforeOrEqualTo(Instant.now());
    }

    private static long inode(Path file) throws IOException {
        return ((Number) Files.getAttribute(file, "unix:ino")).longValue();
    }

    @Test
    void namesAreMadeToFitTheirInodesWithoutLosingOne() throws IOException {
        // Two files with each other's names, as after a restore.
        Path one = spool.put("11111AAAA", QueueName.HOLD, NOW, "one@example.com", "u@example.net");
        Path two = spool.put("22222AAAA", QueueName.HOLD, NOW, "two@example.com", "u@example.net");
        String nameOfOne = "ABCDE" + Long.toHexString(inode(one)).toUpperCase(java.util.Locale.ROOT);
        String nameOfTwo = "ABCDE" + Long.toHexString(inode(two)).toUpperCase(java.util.Locale.ROOT);
        byte[] content = Files.readAllBytes(one);
        Files.move(one, one.resolveSibling(nameOfTwo));
        Files.move(two, two.resolveSibling(nameOfOne));
        spool.log(nameOfTwo, QueueName.DEFER, "about one");
        spool.log(nameOfOne, QueueName.DEFER, "about two");
        Path misplaced = Files.createDirectories(spool.directory.top(QueueName.DEFERRED).resolve("F/G"));
        Files.move(spool.directory.path(QueueName.DEFERRED, new QueueId("86ADB1")), misplaced.resolve("86ADB1"));

        assertThat(ours("-s")).contains("postsuper: Renamed to match inode number: 11 messages\n",
                "postsuper: warning: QUEUE FILE NAMES WERE CHANGED TO MATCH INODE NUMBERS\n").doesNotContain("_FIX");
        assertThat(Files.readAllBytes(one.resolveSibling(nameOfOne))).isEqualTo(content);
        assertThat(spool.directory.path(QueueName.DEFER, new QueueId(nameOfOne))).hasContent("about one");
        assertThat(spool.directory.path(QueueName.DEFER, new QueueId(nameOfTwo))).hasContent("about two");
        assertThat(spool.directory.top(QueueName.DEFERRED).resolve("F/G")).doesNotExist();
        assertThat(spool.files()).hasSize(2 * 7 + 2 + 4);
        for (String name : spool.files().keySet()) {
            QueueId id = new QueueId(name.substring(name.lastIndexOf('/') + 1));
            if (!name.startsWith("defer/")) {
                assertThat(inode(spool.directory.root().resolve(name))).isEqualTo(id.inode());
            }
            assertThat(name).startsWith(name.startsWith("hold")
                    ? "hold/" + id
                    : name.substring(0, name.indexOf('/')) + '/' + id.hash(1) + '/' + id);
        }
        assertThat(ours("-s")).isEmpty();
    }

    @Test
    void longNamesAreKeptAskedForOrShortened() throws IOException {
        QueueId wrong = QueueId.of(NOW, 12345, true);
        Path file = spool.put(wrong.text(), QueueName.HOLD, NOW, "a@example.com", "u@example.net");
        Path mainCf = spool.root.resolve("main.cf");
        String plain = Files.readString(mainCf);
        Files.writeString(mainCf, plain + "enable_long_queue_ids = yes\n");
        String _ = ours("-s", "hold");
        assertThat(file).exists();
        String _ = ours("-S", "hold");
        QueueId right = spool.files().keySet().stream().map(name -> name.substring(name.lastIndexOf('/') + 1))
                .map(QueueId::new).filter(QueueId::isLong).findFirst().orElseThrow();
        assertThat(right.created()).isEqualTo(wrong.created());
        assertThat(inode(file.resolveSibling(right.text()))).isEqualTo(right.inode());
        Files.writeString(mainCf, plain);
        String _ = ours("-s", "hold");
        assertThat(file.resolveSibling(right.shortFor(right.inode()).text())).exists();
    }

    @Test
    void whatCrashesLeftIsPurgedAfterAWeek() throws IOException {
        for (QueueName queue : List.of(QueueName.MAILDROP, QueueName.INCOMING, QueueName.ACTIVE, QueueName.HOLD)) {
            for (String name : List.of("123456.789", "0000AB15", "nonsense.tmp")) {
                Path old = Files.writeString(spool.directory.top(queue).resolve(name), "");
                Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rw-------"));
                Files.setLastModifiedTime(old, FileTime.from(LONG_AGO));
            }
        }
        Files.setLastModifiedTime(spool.directory.path(QueueName.HOLD, new QueueId("897440")), FileTime.from(LONG_AGO));
        Path recent = Files.writeString(spool.directory.top(QueueName.INCOMING).resolve("5.6"), "");
        int before = spool.files().size();
        assertThat(ours("-p")).isEqualTo("postsuper: warning: bogus file name: incoming/5.6\n");
        assertThat(spool.files()).hasSize(before - 12);
        assertThat(recent).exists();
    }
}
