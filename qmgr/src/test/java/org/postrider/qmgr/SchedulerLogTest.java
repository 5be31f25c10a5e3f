package org.postrider.qmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.qmgr.Samples.START;
import static org.postrider.qmgr.Samples.to;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the scheduler says, as a running Postfix 3.7 said it. */
class SchedulerLogTest {
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.postrider.qmgr");

    private final @Nullable Level level = logger.getLevel();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        logger.setLevel(level);
    }

    private List<String> logged() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static SchedulerSettings settings(FeedbackDebug debug, ClogWarnings clog, TransportSettings slow) {
        Function<String, TransportSettings> transports = name -> name.equals("slow") ? slow : TransportSettings.DEFAULT;
        return new SchedulerSettings(transports, Duration.ofSeconds(300), Duration.ofSeconds(60), "retry", 20_000, 10,
                debug, clog);
    }

    private static TransportSettings feedback(Feedback positive, Feedback negative) {
        return new TransportSettings(50, 20, 5, positive, negative, 1, Duration.ZERO, Duration.ZERO, 100,
                DeliverySlots.DEFAULT, RecipientLimits.DEFAULT);
    }

    @Test
    void feedbackIsShownAsPostfixShowsIt() {
        TransportSettings slow = feedback(new Feedback(0.3, Feedback.Scale.NOTHING),
                new Feedback(1, Feedback.Scale.WINDOW));
        Scheduler scheduler = new Scheduler(settings(new FeedbackDebug(true, (_, suffix) -> "default_" + suffix),
                new ClogWarnings(Duration.ZERO, 20), slow));
        for (int i = 0; i < 2; i++) {
            scheduler.add(Samples.message(i), List.of(to("slow", "u@missing.example")), START);
        }
        Entry first = ((Step.Deliver) scheduler.next(START).orElseThrow()).entry();
        Entry second = ((Step.Deliver) scheduler.next(START).orElseThrow()).entry();
        scheduler.finished(first, new DeliveryOutcome.Worked(false), START);
        scheduler.finished(second, new DeliveryOutcome.SiteTrouble(true, new Trouble("4.4.1", "refused")), START);
        assertThat(logged()).containsExactly(
                "slow: default_destination_concurrency_positive_feedback feedback type 0 value at 5: 0.3",
                "slow: default_destination_concurrency_negative_feedback feedback type 1 value at 5: 0.2",
                "qmgr_queue_unthrottle: feedback 0.3",
                "qmgr_queue_unthrottle: queue missing.example: limit 20 window 5 success 0.3 failure 0 fail_cohorts 0",
                "qmgr_queue_throttle: feedback 0.2",
                "qmgr_queue_throttle: queue missing.example: limit 20 window 4 success 0 failure 0.8 fail_cohorts 0.2");
    }

    @Test
    void aDestinationThatClogsTheQueueIsNamedOnceInAWhile() {
        TransportSettings slow = new TransportSettings(50, 1, 1, Feedback.ONE, Feedback.ONE, 1, Duration.ZERO,
                Duration.ZERO, 100, DeliverySlots.DEFAULT, RecipientLimits.DEFAULT);
        Scheduler scheduler = new Scheduler(settings(FeedbackDebug.OFF, new ClogWarnings(Duration.ofSeconds(300), 20),
                slow));
        add(scheduler, 4, "slow", START);
        assertThat(logged()).isEmpty();
        add(scheduler, 1, "slow", START);
        assertThat(logged()).containsExactly("mail for a.example is using up 5 of 5 active queue entries",
                "you may need to increase the main.cf slow_destination_concurrency_limit from 1",
                "please avoid flushing the whole queue while a lot of mail is deferred",
                "to turn off these warnings specify: qmgr_clog_warn_time = 0");
        add(scheduler, 3, "slow", START.plusSeconds(299));
        assertThat(logged()).hasSize(4);
        add(scheduler, 5, "smtp", START.plusSeconds(299));
        assertThat(logged()).hasSize(11).contains("mail for a.example is using up 5 of 13 active queue entries",
                "this may slow down other mail deliveries", "you may need to reduce smtp connect and helo timeouts");
        add(scheduler, 1, "slow", START.plusSeconds(300));
        assertThat(logged()).contains("mail for a.example is using up 9 of 14 active queue entries");
    }

    private static void add(Scheduler scheduler, int count, String transport, Instant now) {
        for (int i = 0; i < count; i++) {
            scheduler.add(Samples.message(scheduler.active()), List.of(to(transport, "u@a.example")), now);
        }
    }
}
