package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Windows after each delivery, as SCHEDULER_README has them: one larger at the end of 1/g(N) deliveries that worked, one smaller at the
 * beginning of 1/f(N) that failed. Where the document leaves open how sums are rounded the figures are those that a running Postfix
 * 3.7 showed with destination_concurrency_feedback_debug: half a feedback counts as reached, so that with f(N) = 1 the first failure takes two.
 */
class ConcurrencyWindowTest {
    private static final int MOST = 20;
    /** Far more cohorts than fail here. */
    private static final int PATIENT = 1000;

    private static TransportSettings settings(int initial, String positive, String negative, int cohorts) {
        return new TransportSettings(50, MOST, initial, Feedback.parse("p", positive), Feedback.parse("n", negative),
                cohorts, Duration.ZERO, Duration.ZERO, 100, DeliverySlots.DEFAULT, RecipientLimits.DEFAULT);
    }

    private static List<Integer> sizes(String text) {
        return Stream.of(text.split(" ")).map(Integer::valueOf).toList();
    }

    @ParameterizedTest
    @CsvSource({"1, 5, 6 7 8 9 10", "0.5, 5, 5 6 6 7 7 8", "0.25, 5, 5 5 5 6 6 6 6 7", "0.1, 5, 5 5 5 5 5 5 5 5 5 6 6",
            "1/2, 5, 5 6 6 7", "1/concurrency, 3, 3 3 4 4 4 4 5 5 5 5 5 6", "1/concurrency, 1, 2 2 3 3 3 4",
            "1/sqrt_concurrency, 9, 9 9 10", "1/sqrt_concurrency, 16, 16 16 16 17", "0, 5, 5 5 5 5", "1, 19, 20 20 20"})
    void whatWorksMakesItLargerAtTheEndOfASeries(String feedback, int initial, String expected) {
        TransportSettings settings = settings(initial, feedback, "1", PATIENT);
        ConcurrencyWindow window = new ConcurrencyWindow(settings);
        List<Integer> seen = new ArrayList<>();
        List<Integer> wanted = sizes(expected);
        for (int i = 0; i < wanted.size(); i++) {
            window.worked(settings, MOST);
            seen.add(window.size());
        }
        assertThat(seen).isEqualTo(wanted);
    }

    @ParameterizedTest
    @CsvSource({"1, 9, 7 6 5 4 3 2 1 1", "0.5, 9, 8 7 7 6 6 5 5 4 4 3", "0.25, 9, 8 8 8 7 7 7 7 6 6 6 6 5",
            "0.1, 9, 8 8 8 8 8 8 8 8 8 7 7 7 7 7 7 7 7 7 7 6", "1/concurrency, 5, 4 4 4 3 3 3 2 2 1 1",
            "1/sqrt_concurrency, 16, 15 15 15 14", "0, 9, 9 9 9 9 9 9 9 9 9 9 9"})
    void whatFailsMakesItSmallerAtTheBeginningOfASeries(String feedback, int initial, String expected) {
        TransportSettings settings = settings(initial, "1", feedback, PATIENT);
        ConcurrencyWindow window = new ConcurrencyWindow(settings);
        List<Integer> seen = new ArrayList<>();
        for (int i = 0; i < sizes(expected).size(); i++) {
            assertThat(window.failed(settings)).isFalse();
            seen.add(window.size());
        }
        assertThat(seen).isEqualTo(sizes(expected));
    }

    /** As a running Postfix 3.7 shows it with destination_concurrency_feedback_debug: window, failure, failed cohorts. */
    @Test
    void negativeFeedbackGoesAsPostfixsDoes() {
        TransportSettings settings = settings(5, "0.3", "1/concurrency", 3);
        ConcurrencyWindow window = new ConcurrencyWindow(settings);
        double[][] observed = {{4, 0.8, 0.2}, {4, 0.55, 0.45}, {4, 0.3, 0.7}, {3, 1.05, 0.95}, {3, 0.716667, 1.28333},
                {3, 0.383333, 1.61667}, {2, 1.05, 1.95}, {2, 0.55, 2.45}, {1, 1.05, 2.95}};
        for (double[] line : observed) {
            assertThat(window.failed(settings)).isFalse();
            assertThat((double) window.size()).isEqualTo(line[0]);
            assertThat(window.failure()).isCloseTo(line[1], within(1e-5));
            assertThat(window.failedCohorts()).isCloseTo(line[2], within(1e-5));
        }
        assertThat(window.failed(settings)).isTrue();
        assertThat(window.failedCohorts()).isCloseTo(3.95, within(1e-5));
    }

    /** postconf(5): zero feedback and a zero limit make the scheduler immune to failures. */
    @Test
    void withoutFeedbackAndLimitNothingChanges() {
        TransportSettings settings = settings(5, "0", "0", 0);
        ConcurrencyWindow window = new ConcurrencyWindow(settings);
        for (int i = 0; i < 1000; i++) {
            assertThat(window.failed(settings)).isFalse();
        }
        assertThat(window.size()).isEqualTo(5);
    }

    /** A cohort has failed when as many in a row have as the window holds: the sum of 1/N. */
    @ParameterizedTest
    @CsvSource({"5, 0, 1, 5", "5, 0, 3, 15", "1, 0, 1, 1", "5, 1, 1, 3", "20, 0, 2, 40", "4, 1, 2, 4"})
    void asManyFailuresAsSoManyCohortsHoldAreTheEnd(int initial, String negative, int cohorts, int failures) {
        TransportSettings settings = settings(initial, "1", negative, cohorts);
        ConcurrencyWindow window = new ConcurrencyWindow(settings);
        for (int i = 1; i < failures; i++) {
            assertThat(window.failed(settings)).as("after %s", i).isFalse();
        }
        assertThat(window.failed(settings)).isTrue();
    }

    @Test
    void aSuccessForgetsFailedCohorts() {
        TransportSettings settings = settings(5, "0", "0", 1);
        ConcurrencyWindow window = new ConcurrencyWindow(settings);
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 4; i++) {
                assertThat(window.failed(settings)).isFalse();
            }
            window.worked(settings, MOST);
            assertThat(window.failedCohorts()).isZero();
        }
    }

    /** So that failures do not have to take away first what nothing used. */
    @Test
    void itGrowsNoFurtherThanTheInitialNumberBeyondWhatIsUsed() {
        TransportSettings settings = settings(5, "1", "1", PATIENT);
        ConcurrencyWindow window = new ConcurrencyWindow(settings);
        for (int i = 0; i < 10; i++) {
            window.worked(settings, 3);
        }
        assertThat(window.size()).isEqualTo(8);
    }

    /** Each step begins anew in both directions: what was gathered the other way does not count any more. */
    @Test
    void aStepForgetsWhatWasGatheredTheOtherWay() {
        TransportSettings settings = settings(5, "0.5", "0.25", PATIENT);
        ConcurrencyWindow window = new ConcurrencyWindow(settings);
        window.worked(settings, MOST);
        assertThat(window.success()).isEqualTo(0.5);
        assertThat(window.failed(settings)).isFalse();
        assertThat(window.size()).isEqualTo(4);
        assertThat(window.success()).isZero();
        assertThat(window.failure()).isEqualTo(0.75);
        window.worked(settings, MOST);
        window.worked(settings, MOST);
        assertThat(window.size()).isEqualTo(5);
        assertThat(window.failure()).isZero();
    }
}
