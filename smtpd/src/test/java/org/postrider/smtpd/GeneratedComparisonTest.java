package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays generated dialogues to Debian's Postfix and to us: replies must be the same but for what docs/quirks.md names. {@code
 * -Dcases=} and {@code -Dseed=} for others; {@code -Dcomparison=record} writes down what Postfix said to the first of them, for
 * {@link RecordedDialoguesTest}. Every dialogue has a connection of its own, so that none suffers from another. Skipped, with a
 * word, where there is no Postfix or no root.
 */
@Tag("peers")
class GeneratedComparisonTest {
    private static final int CASES = Integer.getInteger("cases", 20_000);
    private static final long SEED = Long.getLong("seed", RecordedDialoguesTest.SEED);
    private static final int ENOUGH = 150;

    private final List<String> differences = new ArrayList<>();
    private final List<String> recording = new ArrayList<>();

    @Test
    void postfixAnswersTheSame(@TempDir Path directory) throws IOException {
        assumeTrue(DebianPostfix.isThere(), "no Postfix, or no root");
        int each = CASES / ConversationGenerator.configurations();
        try (ComparisonWorld world = ComparisonWorld.shared();
                DebianPostfix postfix = new DebianPostfix(directory, world.nameServer())) {
            for (int configuration = 0; configuration < ConversationGenerator.configurations(); configuration++) {
                GeneratedDialogue.Source source = new GeneratedDialogue.Source(world, SEED, configuration);
                for (int i = 0; i < each && differences.size() < ENOUGH; i++) {
                    GeneratedDialogue one = source.next();
                    if (i == 0) {
                        Map<String, String> settings = new TreeMap<>(one.played().settings());
                        settings.put("max_use", "100000");
                        postfix.settle(settings);
                    }
                    List<String> theirs = GeneratedDialogue
                            .plain(postfix.converse(one.played().client(), one.played().exchanges()));
                    one.difference(theirs).ifPresent(differences::add);
                    if (i < RecordedDialoguesTest.EACH) {
                        recording.add("= " + one.title() + "\n" + String.join("\n", theirs));
                    }
                }
            }
        }
        Files.createDirectories(Path.of("target/comparison"));
        Files.writeString(Path.of("target/comparison/generated.differences"), String.join("\n\n", differences),
                StandardCharsets.ISO_8859_1);
        if ("record".equals(System.getProperty("comparison"))) {
            Files.writeString(RecordedDialoguesTest.RECORDING, String.join("\n", recording) + "\n",
                    StandardCharsets.ISO_8859_1);
        }
        assertThat(differences).isEmpty();
    }
}
