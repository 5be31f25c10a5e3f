package org.postrider.qmgr;

/**
 * How many deliveries a destination bears at a time (SCHEDULER_README, "Concurrency scheduling"). It starts at the initial
 * concurrency. Every delivery that works adds positive feedback, every one that finds the destination in trouble takes negative
 * feedback; the sums move the window by whole steps, up at the end of a series, down at its beginning, half a feedback early, as Postfix 3.7
 * was seen to do. When as many deliveries in a
 * row fail as the window holds, a cohort has failed. Owned by the scheduler's thread.
 */
final class ConcurrencyWindow {
    /** Sums of fractions such as one tenth ten times must reach one. */
    private static final double ROUNDING = 1e-9;

    private int size;
    private double success;
    private double failure;
    private double failedCohorts;
    private double lastFeedback;

    ConcurrencyWindow(TransportSettings settings) {
        size = initial(settings);
    }

    private static int initial(TransportSettings settings) {
        return Math.min(settings.initialConcurrency(), settings.mostConcurrency());
    }

    int size() {
        return size;
    }

    /**
     * A delivery worked.
     *
     * @param busy as many others still run; a window much larger than what is used would hide negative feedback
     */
    void worked(TransportSettings settings, int busy) {
        failedCohorts = 0;
        lastFeedback = 0;
        int most = Math.min(settings.mostConcurrency(), busy + settings.initialConcurrency());
        if (size >= most) {
            return;
        }
        double amount = settings.positive().at(size);
        lastFeedback = amount;
        success += amount;
        while (success + amount / 2 + ROUNDING >= 1 && size < most) {
            size++;
            success -= 1;
            failure = 0;
        }
    }

    /** A delivery failed; true when too many cohorts have. */
    boolean failed(TransportSettings settings) {
        failedCohorts += 1.0 / size;
        lastFeedback = 0;
        if (settings.failedCohortLimit() > 0 && failedCohorts + ROUNDING >= settings.failedCohortLimit()) {
            return true;
        }
        double amount = settings.negative().at(size);
        lastFeedback = amount;
        failure -= amount;
        while (amount > 0 && failure - amount / 2 - ROUNDING < 0 && size > 1) {
            size--;
            failure += 1;
            success = 0;
        }
        return false;
    }

    /** After the destination was dead: as many deliveries as still run, or the initial number. */
    void restart(TransportSettings settings, int busy) {
        failedCohorts = 0;
        success = 0;
        failure = 0;
        size = busy > 0 ? Math.min(busy, settings.mostConcurrency()) : initial(settings);
    }

    /** Keeps the window within new limits. */
    void reconfigured(TransportSettings settings) {
        size = Math.max(1, Math.min(size, settings.mostConcurrency()));
    }

    double success() {
        return success;
    }

    double failure() {
        return failure;
    }

    double failedCohorts() {
        return failedCohorts;
    }

    /** What the last delivery added or took; 0 when it made no difference. */
    double lastFeedback() {
        return lastFeedback;
    }
}
