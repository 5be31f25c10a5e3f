package org.postrider.qmgr;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * destination_concurrency_feedback_debug: every change of a window in the log, in the words of Postfix, whose readers know the names of
 * its functions.
 *
 * @param enabled whether anything is logged
 * @param parameter the name of a parameter by transport and what follows the transport in it
 */
record FeedbackDebug(boolean enabled, BiFunction<String, String, String> parameter) {
    static final FeedbackDebug OFF = new FeedbackDebug(false, (transport, suffix) -> transport + suffix);

    private static final Logger LOG = LoggerFactory.getLogger(FeedbackDebug.class);
    private static final MathContext DIGITS = new MathContext(6);
    private static final double NOTHING = 1e-9;

    /** A transport is used for the first time. */
    void met(String transport, TransportSettings settings) {
        if (enabled) {
            describe(transport, "destination_concurrency_positive_feedback", settings.positive(), settings);
            describe(transport, "destination_concurrency_negative_feedback", settings.negative(), settings);
        }
    }

    private void describe(String transport, String suffix, Feedback feedback, TransportSettings settings) {
        int window = settings.initialConcurrency();
        LOG.info("{}: {} feedback type {} value at {}: {}", transport, parameter.apply(transport, suffix),
                feedback.scale().type(), window, number(feedback.at(window)));
    }

    void worked(Destination destination) {
        changed("qmgr_queue_unthrottle", destination);
    }

    void failed(Destination destination) {
        changed("qmgr_queue_throttle", destination);
    }

    private void changed(String function, Destination destination) {
        if (!enabled) {
            return;
        }
        ConcurrencyWindow window = destination.window();
        if (window.lastFeedback() > 0) {
            LOG.info("{}: feedback {}", function, number(window.lastFeedback()));
        }
        LOG.info("{}: queue {}: limit {} window {} success {} failure {} fail_cohorts {}", function,
                destination.nexthop(), destination.transport().settings().mostConcurrency(),
                destination.dead() == null ? window.size() : 0, number(window.success()), number(window.failure()),
                number(window.failedCohorts()));
    }

    private static String number(double value) {
        return Math.abs(value) < NOTHING
                ? "0"
                : new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
    }
}
