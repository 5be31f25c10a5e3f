package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What we say to the dialogues of {@code comparison/*.cases} is what Debian's Postfix said when {@link LiveComparisonTest} recorded
 * it; where docs/quirks.md names the difference, it is another thing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordedComparisonTest {
    private ComparisonWorld world;

    @BeforeAll
    void start() throws IOException {
        world = ComparisonWorld.ours();
    }

    @AfterAll
    void stop() throws IOException {
        world.close();
    }

    static List<String> topics() throws IOException {
        return ComparisonCase.topics();
    }

    @ParameterizedTest
    @MethodSource("topics")
    void weSayWhatPostfixSaid(String topic) throws IOException {
        Map<String, String> recorded = recorded(topic);
        List<String> ours = new ArrayList<>();
        List<String> theirs = new ArrayList<>();
        for (ComparisonCase one : ComparisonCase.of(topic)) {
            String said = world.plain(PostfixComparisonTest.ours(world.play(one)));
            String expected = recorded.getOrDefault(one.name(), "(not recorded)");
            if (one.quirk().isEmpty()) {
                ours.add("= " + one.name() + "\n" + said);
                theirs.add("= " + one.name() + "\n" + expected);
            } else {
                assertThat(said).as("%s: no difference any more", one.name()).isNotEqualTo(expected);
                assertThat(Files.readString(Path.of("../docs/quirks.md")).replaceAll("\\s+", " "))
                        .contains(one.quirk());
            }
        }
        Files.createDirectories(Path.of("target/comparison"));
        Files.writeString(Path.of("target/comparison/" + topic + ".ours"), String.join("\n", ours) + "\n",
                StandardCharsets.ISO_8859_1);
        assertThat(String.join("\n", ours)).isEqualTo(String.join("\n", theirs));
    }

    private static Map<String, String> recorded(String topic) throws IOException {
        Map<String, String> cases = new LinkedHashMap<>();
        String text = "\n" + Files.readString(ComparisonCase.recording(topic), StandardCharsets.ISO_8859_1).strip();
        for (String part : text.split("\n= ", -1)) {
            if (!part.isEmpty()) {
                int end = part.indexOf('\n');
                cases.put(part.substring(0, end), part.substring(end + 1));
            }
        }
        return cases;
    }
}
