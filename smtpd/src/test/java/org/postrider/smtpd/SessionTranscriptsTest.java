package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions from {@code transcripts/*.in} against {@code *.ref}; -Dtranscripts=write writes the references anew. */
class SessionTranscriptsTest {
    private static final Path DIRECTORY = Path.of("src/test/resources/transcripts");

    static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".in"))
                    .map(name -> name.substring(0, name.length() - 3)).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void sessionsGoAsTheyShould(String name) throws IOException {
        Path reference = DIRECTORY.resolve(name + ".ref");
        String happened = TranscriptRunner
                .run(Files.readString(DIRECTORY.resolve(name + ".in"), StandardCharsets.ISO_8859_1));
        if ("write".equals(System.getProperty("transcripts"))) {
            Files.writeString(reference, happened, StandardCharsets.ISO_8859_1);
        }
        assertThat(happened).isEqualTo(Files.readString(reference, StandardCharsets.ISO_8859_1));
    }
}
