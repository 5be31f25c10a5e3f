package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postrider.common.queue.QueueName;
import org.slf4j.LoggerFactory;

/** The system's clock is put forward and back, and deferred mail waits neither longer nor shorter for that. */
class DueTimesTest {
    private static final Duration LONGEST = Duration.ofSeconds(4000);
    private static final int STORIES = 50;
    private static final Duration RUN_DELAY = Duration.ofSeconds(300);
    private static final RetryPlan PLAN = new RetryPlan(Duration.ofSeconds(300), LONGEST, Duration.ofDays(5),
            Duration.ofDays(5));

    /** Nobody can put this one forward or back. */
    private Duration uptime = Duration.ofDays(2);
    private Instant calendar = Samples.START;
    private WatchedClock clock;
    private DueTimes times;

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(WatchedClock.class);
    private final @Nullable Level level = logger.getLevel();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.WARN);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        boolean _ = logger.detachAppender(lines);
        logger.setLevel(level);
    }

    @BeforeEach
    void startQueueManager() {
        clock = new WatchedClock(() -> calendar, () -> uptime.toNanos());
        times = new DueTimes(clock, LONGEST);
    }

    private void pass(Duration time) {
        uptime = uptime.plus(time);
        calendar = calendar.plus(time);
    }

    private void put(Duration jump) {
        calendar = calendar.plus(jump);
        Instant _ = clock.instant();
    }

    private DueTimes.Answer look(Instant time, QueueName queue, Instant changed) throws IOException {
        return times.look(time, queue, () -> changed);
    }

    @Test
    void beforeItsTimeNothingIsTaken() throws IOException {
        Instant due = calendar.plusSeconds(300);
        assertThat(look(due, QueueName.DEFERRED, calendar)).isEqualTo(new DueTimes.Answer.Later());
        pass(Duration.ofSeconds(300));
        assertThat(look(due, QueueName.DEFERRED, calendar.minusSeconds(300))).isEqualTo(new DueTimes.Answer.Now());
    }

    @Test
    void aClockThatIsPutForwardEndsNoWait() throws IOException {
        Instant changed = calendar;
        Instant due = calendar.plusSeconds(300);
        put(Duration.ofDays(30));
        assertThat(lines.list).singleElement().extracting(ILoggingEvent::getFormattedMessage).asString()
                .startsWith("the system clock was put forward by 2592000 seconds");
        assertThat(look(due, QueueName.DEFERRED, changed)).isEqualTo(new DueTimes.Answer.Later());
        assertThat(PLAN.isExpired(changed, "a@b", clock.seenFrom(changed))).isFalse();
        pass(Duration.ofSeconds(300));
        assertThat(look(due, QueueName.DEFERRED, changed)).isEqualTo(new DueTimes.Answer.Now());
        pass(Duration.ofDays(1));
        assertThat(PLAN.isExpired(changed, "a@b", clock.seenFrom(changed))).isTrue();
    }

    @Test
    void aMachineThatSleptHasNoNewClock() throws IOException {
        Instant due = calendar.plusSeconds(300);
        pass(Duration.ofDays(30));
        assertThat(look(due, QueueName.DEFERRED, calendar.minus(Duration.ofDays(30))))
                .isEqualTo(new DueTimes.Answer.Now());
        assertThat(clock.wasPutForward()).isFalse();
    }

    @Test
    void aClockThatIsPutBackStopsNothing() throws IOException {
        Instant before = calendar;
        put(Duration.ofDays(-400));
        assertThat(lines.list).singleElement().extracting(ILoggingEvent::getFormattedMessage).asString()
                .startsWith("the system clock was put back by 34560000 seconds");
        assertThat(look(before, QueueName.INCOMING, before)).isEqualTo(new DueTimes.Answer.Now());
        assertThat(look(before.plusSeconds(500), QueueName.DEFERRED, before))
                .isEqualTo(new DueTimes.Answer.Anew(calendar.plusSeconds(500)));
        assertThat(look(before.plus(Duration.ofDays(700)), QueueName.DEFERRED, before))
                .isEqualTo(new DueTimes.Answer.Anew(calendar.plus(LONGEST)));
    }

    @Test
    void whatAnAdministratorPutOffWaits() throws IOException {
        assertThat(look(calendar.plus(Duration.ofDays(1)), QueueName.DEFERRED, calendar))
                .isEqualTo(new DueTimes.Answer.Later());
        assertThat(look(calendar.plus(Duration.ofDays(11)), QueueName.DEFERRED, calendar))
                .isEqualTo(new DueTimes.Answer.Now());
    }

    @Test
    void whatWasPutForwardAndBackAgainIsForgotten() throws IOException {
        put(Duration.ofDays(30));
        pass(Duration.ofSeconds(60));
        put(Duration.ofDays(-30));
        assertThat(clock.wasPutForward()).isFalse();
        Instant due = calendar.plusSeconds(300);
        pass(Duration.ofSeconds(300));
        assertThat(look(due, QueueName.DEFERRED, due.minusSeconds(300))).isEqualTo(new DueTimes.Answer.Now());
    }

    /** A file as the disk keeps it, and what happened since it was tried. */
    private static final class Waiting {
        private final Instant created;
        private Instant time;
        private Instant changed;
        private Duration tried;
        private int jumps;
        private boolean forgotten;

        private Waiting(Instant created, Duration tried) {
            this.created = created;
            this.time = created;
            this.changed = created;
            this.tried = tried;
        }

        private void stamp(Instant newTime, Instant now) {
            time = newTime;
            changed = now;
        }
    }

    /** Mail that can't be delivered, for a week, while the clock goes as it likes and the queue manager is started again now and then. */
    @Test
    void noWaitIsLongerOrShorterThanItsLimits() throws IOException {
        long seed = Long.getLong("postrider.seed", System.nanoTime());
        for (int story = 0; story < STORIES; story++) {
            uptime = Duration.ofDays(2);
            calendar = Samples.START;
            startQueueManager();
            tell(new Random(seed + story), seed + story);
        }
    }

    private void tell(Random random, long seed) throws IOException {
        List<Waiting> messages = Stream.generate(() -> new Waiting(calendar, uptime)).limit(20).toList();
        Duration lastJump = uptime;
        for (int scan = 0; scan < 2000; scan++) {
            pass(RUN_DELAY);
            boolean restart = random.nextInt(200) == 0;
            if (random.nextInt(restart ? 2 : 40) == 0) {
                calendar = calendar.plusSeconds((long) (random.nextGaussian() * (random.nextBoolean() ? 1e4 : 1e7)));
                lastJump = uptime;
                messages.forEach(message -> message.jumps++);
            }
            if (restart) {
                startQueueManager();
                messages.forEach(message -> message.forgotten = true);
            }
            for (Waiting message : messages) {
                scan(message, seed);
                Duration quiet = uptime.minus(message.tried.compareTo(lastJump) > 0 ? message.tried : lastJump);
                assertThat(quiet).as("since the last attempt or jump, seed %s", seed)
                        .isLessThanOrEqualTo(LONGEST.plus(RUN_DELAY.multipliedBy(2)));
            }
        }
    }

    private void scan(Waiting message, long seed) throws IOException {
        switch (look(message.time, QueueName.DEFERRED, message.changed)) {
            case DueTimes.Answer.Now() -> {
                // Who was not there when it happened can't know; nor what a clock means that was put somewhere else twice.
                if (!message.forgotten && message.jumps <= 1 && !message.time.equals(message.created)) {
                    assertThat(uptime.minus(message.tried)).as("until the next attempt, seed %s", seed)
                            .isGreaterThanOrEqualTo(PLAN.minimalBackoff());
                }
                message.tried = uptime;
                message.jumps = 0;
                message.forgotten = false;
                message.stamp(PLAN.nextAttempt(message.created, calendar), calendar);
            }
            case DueTimes.Answer.Later() -> {
            }
            case DueTimes.Answer.Anew(Instant time) -> message.stamp(time, calendar);
        }
    }
}
