package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Debian's postmap and postalias, with a configuration of their own. Tests that want a type that is not installed are skipped, and say so. */
public final class DebianPostmap {
    /** What a command said, and its exit status. */
    public record Said(int status, String out, String err) {}

    private final Path configuration;

    private DebianPostmap(Path configuration) {
        this.configuration = configuration;
    }

    /** @param types of tables that it must have */
    public static DebianPostmap inOrSkip(Path directory, String... types) throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/sbin/postmap")), "SKIPPED: needs Debian's postmap");
        DebianPostmap postmap = new DebianPostmap(Files.createDirectories(directory.resolve("debian")));
        Files.writeString(postmap.configuration.resolve("main.cf"),
                "compatibility_level = 3.6\nmyhostname = test.example.com\n");
        for (String type : types) {
            boolean builtIn = type.equals("hash") || type.equals("btree");
            Assumptions.assumeTrue(builtIn || Files.exists(Path.of("/usr/lib/postfix/postfix-" + type + ".so")),
                    "SKIPPED: needs Debian's package postfix-" + type);
        }
        return postmap;
    }

    /** Runs postmap; it must succeed. */
    public String postmap(String... arguments) throws IOException {
        Said said = run("/usr/sbin/postmap", "", configuration, arguments);
        assertThat(said.status).as(said.err).isZero();
        return said.out;
    }

    /** Runs a command in a directory. */
    public Said run(String command, String input, Path directory, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(command, "-c", configuration.toString()));
        words.addAll(List.of(arguments));
        Path in = Files.writeString(Files.createTempFile(configuration, "in", ""), input, StandardCharsets.ISO_8859_1);
        Path err = Files.createTempFile(configuration, "err", "");
        Process process = new ProcessBuilder(words).directory(directory.toFile()).redirectInput(in.toFile())
                .redirectError(err.toFile()).start();
        try (InputStream stream = process.getInputStream()) {
            String out = new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
            return new Said(process.waitFor(), out, Files.readString(err, StandardCharsets.ISO_8859_1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
