package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plays the dialogues of {@code comparison/*.cases} to Debian's Postfix and to us, with the same main.cf, names, policies and
 * users: replies and log lines must be the same but for queue ids, unless docs/quirks.md names the difference. {@code -Dcomparison=record} writes down what Postfix said, for
 * {@link RecordedComparisonTest}. Skipped, with a word, where there is no Postfix or no root.
 */
@Tag("peers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveComparisonTest {
    /** What both said, for a comparing eye. */
    private static final Path DIFFERENCES = Path.of("target/comparison");

    private ComparisonWorld world;
    private DebianPostfix postfix;
    private FakeVerifyService verification;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        assumeTrue(DebianPostfix.isThere(), "no Postfix, or no root");
        world = ComparisonWorld.shared();
        postfix = new DebianPostfix(directory, world.nameServer());
        verification = new FakeVerifyService(postfix.socket("verify"));
    }

    @AfterAll
    void stop() throws IOException {
        if (postfix != null) {
            verification.close();
            postfix.close();
            world.close();
        }
    }

    static List<String> topics() throws IOException {
        return ComparisonCase.topics();
    }

    @ParameterizedTest
    @MethodSource("topics")
    void postfixSaysTheSame(String topic) throws IOException {
        List<String> different = new ArrayList<>();
        List<String> alike = new ArrayList<>();
        List<String> all = new ArrayList<>();
        List<String> allOfOurs = new ArrayList<>();
        for (ComparisonCase one : ComparisonCase.of(topic)) {
            TranscriptRunner.Played played = world.play(one);
            String said = "= " + one.name() + "\n" + world.plain(PostfixComparisonTest.ours(played));
            String other = "= " + one.name() + "\n" + world.plain(PostfixComparisonTest
                    .theirs(postfix.play(played.settings(), played.client(), played.exchanges())));
            all.add(other);
            allOfOurs.add(said);
            if (!one.quirk().isEmpty()) {
                if (said.equals(other)) {
                    alike.add(one.name());
                }
            } else if (!said.equals(other)) {
                different.add(one.name());
            }
        }
        Files.createDirectories(DIFFERENCES);
        Files.writeString(DIFFERENCES.resolve(topic + ".ours"), String.join("\n", allOfOurs) + "\n",
                StandardCharsets.ISO_8859_1);
        Files.writeString(DIFFERENCES.resolve(topic + ".postfix"), String.join("\n", all) + "\n",
                StandardCharsets.ISO_8859_1);
        if ("record".equals(System.getProperty("comparison"))) {
            Files.writeString(ComparisonCase.recording(topic), String.join("\n", all) + "\n",
                    StandardCharsets.ISO_8859_1);
        }
        assertThat(alike).as("no difference any more").isEmpty();
        assertThat(different).isEmpty();
    }
}
