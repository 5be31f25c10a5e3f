package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.queue.QueueDirectory;

class PostcatTest {
    private static final Path REAL = Path.of("/usr/sbin/postcat");

    @TempDir
    Path root;

    private Path sample;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void copy() throws IOException {
        sample = root.resolve("deferred/A/A268320C220");
        Files.createDirectories(sample.getParent());
        try (InputStream in = Objects
                .requireNonNull(QueueDirectory.class.getResourceAsStream("postfix-deferred"))) {
            Files.copy(in, sample);
        }
        Files.writeString(root.resolve("main.cf"),
                "compatibility_level = 3.6\nmyhostname = mx.example.com\ninet_interfaces = 127.0.0.1\n"
                        + "queue_directory = " + root + "\n");
    }

    private int run(byte[] input, String... arguments) {
        Console console = new Console("postcat", new ByteArrayInputStream(input),
                new PrintStream(out, false, StandardCharsets.ISO_8859_1),
                new PrintStream(err, false, StandardCharsets.ISO_8859_1), Map.of("MAIL_CONFIG", root.toString()));
        int status = Postcat.run(List.of(arguments), console);
        console.out().flush();
        console.err().flush();
        return status;
    }

    private String output() {
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-b", "-h", "-d", "-r -e -o", "-od", "-s 704 -e", "-e", "-be", "-bh", "-doebh"})
    @Tag("interop")
    void showsWhatPostfixShows(String options) throws Exception {
        assumeTrue(Files.isExecutable(REAL), "no Postfix installed");
        List<String> words = new ArrayList<>(
                options.isEmpty() ? List.of() : List.of(options.split(" ")));
        words.add(sample.toString());
        List<String> command = new ArrayList<>(List.of(REAL.toString(), "-c", root.toString()));
        command.addAll(words);
        Process process = new ProcessBuilder(command).start();
        String expected = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

        assertThat(run(new byte[0], words.toArray(new String[0]))).isZero();
        assertThat(output()).isEqualTo(expected);
    }

    @Test
    void findsByQueueId() {
        assertThat(run(new byte[0], "-qe", "A268320C220")).isZero();
        assertThat(output()).startsWith("*** ENVELOPE RECORDS deferred/A/A268320C220 ***\nmessage_size: ")
                .contains("\nsender: sender@example.com\n");
        out.reset();
        Console elsewhere = new Console("postcat", new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.ISO_8859_1),
                new PrintStream(err, true, StandardCharsets.ISO_8859_1),
                Map.of("MAIL_CONFIG", root.resolve("nowhere").toString()));
        assertThat(Postcat.run(List.of("-c", root.toString(), "-qe", "A268320C220"), elsewhere)).isZero();
        assertThat(output()).contains("\nsender: sender@example.com\n");
        assertThat(run(new byte[0], "-q", "ABC")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo("postcat: fatal: open queue file ABC: No such file or directory\n");
    }

    @Test
    void readsStandardInput() throws IOException {
        assertThat(run(Files.readAllBytes(sample), "-e")).isZero();
        assertThat(output()).startsWith("*** ENVELOPE RECORDS stdin ***\n");
    }

    @Test
    void verboseNamesTextRecords() {
        assertThat(run(new byte[0], "-vb", sample.toString())).isZero();
        assertThat(output()).contains("regular_text: Hello\nunterminated_text: xxx");
    }

    @Test
    void complainsAboutWhatIsNoQueueFile() throws IOException {
        Path text = Files.writeString(root.resolve("text"), "root:x:0:0\n");
        assertThat(run(new byte[0], text.toString())).isZero();
        assertThat(err.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo("postcat: warning: " + text + ": input is not a valid queue file\n");
        err.reset();
        byte[] whole = Files.readAllBytes(sample);
        Files.write(text, Arrays.copyOf(whole, 1000));
        assertThat(run(new byte[0], text.toString())).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.ISO_8859_1)).endsWith("postcat: fatal: record read error\n");
    }

    @Test
    void refusesWrongOptions() {
        assertThat(run(new byte[0], "-z")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.ISO_8859_1)).startsWith("postcat: invalid option -- 'z'\n")
                .contains("usage: postcat");
        assertThat(run(new byte[0], "-s", "x")).isEqualTo(1);
    }
}
