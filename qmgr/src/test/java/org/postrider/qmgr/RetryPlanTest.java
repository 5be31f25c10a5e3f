package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postrider.qmgr.Samples.START;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.ConfigurationException;

class RetryPlanTest {
    private static final RetryPlan PLAN = new RetryPlan(Duration.ofSeconds(300), Duration.ofSeconds(4000),
            Duration.ofDays(5), Duration.ofDays(1));

    @Test
    void waitDoublesWithinLimits() {
        assertThat(PLAN.nextAttempt(START, START)).isEqualTo(START.plusSeconds(300));
        assertThat(PLAN.nextAttempt(START, START.plusSeconds(300))).isEqualTo(START.plusSeconds(600));
        assertThat(PLAN.nextAttempt(START, START.plusSeconds(600))).isEqualTo(START.plusSeconds(1200));
        assertThat(PLAN.nextAttempt(START, START.plusSeconds(9600))).isEqualTo(START.plusSeconds(13600));
    }

    @Test
    void expiresByItsSender() {
        assertThat(PLAN.isExpired(START, "a@b", START.plus(Duration.ofDays(5)).minusSeconds(1))).isFalse();
        assertThat(PLAN.isExpired(START, "a@b", START.plus(Duration.ofDays(5)))).isTrue();
        assertThat(PLAN.isExpired(START, "", START.plus(Duration.ofDays(1)))).isTrue();
    }

    @Test
    void warnsASecondEarlyAndNeverWithoutATime() {
        assertThat(RetryPlan.isWarningDue(START.getEpochSecond() + 1, START)).isTrue();
        assertThat(RetryPlan.isWarningDue(START.getEpochSecond() + 2, START)).isFalse();
        assertThat(RetryPlan.isWarningDue(0, START)).isFalse();
    }

    @Test
    void feedbackIsReadAsWritten() {
        assertThat(Feedback.parse("p", "1")).isEqualTo(Feedback.ONE);
        assertThat(Feedback.parse("p", "0.25").at(9)).isEqualTo(0.25);
        assertThat(Feedback.parse("p", "1/concurrency").at(4)).isEqualTo(0.25);
        assertThat(Feedback.parse("p", "1 / sqrt_concurrency").at(4)).isEqualTo(0.5);
        assertThat(Feedback.parse("p", "1/4").at(9)).isEqualTo(0.25);
        for (String bad : new String[]{"", "2", "3/2", "1/0", "-1", "1/x", "x", "NaN"}) {
            assertThatThrownBy(() -> Feedback.parse("p", bad)).isInstanceOf(ConfigurationException.class);
        }
    }
}
