package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A hundred thousand crashes, half of them for each way to commit, side by side. The seed of a failure is in its message. */
class QueueCrashTest {
    private static final int CRASHES = Integer.getInteger("postrider.crashes", 50_000);
    private static final int CRASHES_OF_A_STORY = 50;
    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    private static Level level = Level.INFO;

    @BeforeAll
    static void quiet() {
        level = ROOT.getLevel();
        ROOT.setLevel(Level.OFF);
    }

    @AfterAll
    static void loud() {
        ROOT.setLevel(level);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @ValueSource(strings = {"fsync", "journal"})
    void whatWasPromisedIsKept(String setting) throws IOException {
        int crashes = 0;
        int promises = 0;
        int stayedRemoved = 0;
        int cameBack = 0;
        long operations = 0;
        for (long seed = Long.getLong("postrider.seed", 1); crashes < CRASHES; seed++) {
            QueueStory story = new QueueStory(seed, setting.equals("journal"));
            try {
                while (story.crashes() < CRASHES_OF_A_STORY) {
                    story.live();
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dpostrider.seed=" + seed + " " + setting + " after " + story.crashes()
                        + " crashes: " + e.getMessage(), e);
            }
            crashes += story.crashes();
            promises += story.promises();
            stayedRemoved += story.ledger().stayedRemoved();
            cameBack += story.ledger().cameBack();
            operations += story.operations();
        }
        System.out.println(setting + ": " + crashes + " crashes, " + promises + " messages accepted, " + operations
                + " operations; of those removed " + stayedRemoved + " stayed so, " + cameBack + " came back");
        assertThat(promises).isGreaterThan(crashes / 4);
        if (setting.equals("journal")) {
            assertThat(stayedRemoved).isGreaterThan(crashes / 100);
        }
        assertThat(cameBack).isPositive();
    }
}
