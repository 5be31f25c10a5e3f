package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What we say to the first generated dialogues is what Debian's Postfix said when {@link GeneratedComparisonTest} recorded it. */
class RecordedDialoguesTest {
    static final long SEED = 20_261_122L;
    /** Dialogues of each configuration that are recorded. */
    static final int EACH = 60;
    static final Path RECORDING = Path.of("src/test/resources/comparison/generated.postfix");

    @Test
    void weSayWhatPostfixSaid() throws IOException {
        String[] recorded = Files.readString(RECORDING, StandardCharsets.ISO_8859_1).strip().split("\n(?== )", -1);
        List<String> differences = new ArrayList<>();
        int number = 0;
        try (ComparisonWorld world = ComparisonWorld.ours()) {
            for (int configuration = 0; configuration < ConversationGenerator.configurations(); configuration++) {
                GeneratedDialogue.Source source = new GeneratedDialogue.Source(world, SEED, configuration);
                for (int i = 0; i < EACH; i++) {
                    GeneratedDialogue one = source.next();
                    List<String> lines = recorded[number++].lines().toList();
                    assertThat(lines.getFirst()).isEqualTo("= " + one.title());
                    one.difference(lines.subList(1, lines.size())).ifPresent(differences::add);
                }
            }
        }
        assertThat(differences).isEmpty();
        assertThat(number).isEqualTo(recorded.length);
    }

    @Test
    void differencesAreNamed() throws IOException {
        String quirks = Files.readString(Path.of("../docs/quirks.md")).replaceAll("\\s+", " ");
        assertThat(NamedDifference.ALL).allSatisfy(one -> assertThat(quirks).contains(one.quirk()));
    }
}
