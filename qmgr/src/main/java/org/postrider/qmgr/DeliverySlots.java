package org.postrider.qmgr;

/**
 * When one message may overtake another over the same transport (SCHEDULER_README, "Preemptive scheduling"). A job earns
 * {@code 1/cost} of a slot with every delivery; for a whole slot another job may make one delivery before it goes on.
 *
 * @param cost {@code <transport>_delivery_slot_cost}: deliveries of a job for each one by which it is delayed; below 2 nobody
 *        overtakes
 * @param loan {@code <transport>_delivery_slot_loan}: so many slots may be missing
 * @param discount {@code <transport>_delivery_slot_discount}: so many percent of the slots may be missing
 * @param minimum {@code <transport>_minimum_delivery_slots}: a job that never earns so many is never overtaken
 */
record DeliverySlots(int cost, int loan, int discount, int minimum) {
    /** Postfix's defaults. */
    static final DeliverySlots DEFAULT = new DeliverySlots(5, 3, 50, 3);
    /** First come, first served. */
    static final DeliverySlots NONE = new DeliverySlots(0, 0, 0, 0);

    private static final int LEAST_COST = 2;
    private static final long WHOLE = 100;

    boolean enabled() {
        return cost >= LEAST_COST;
    }

    /**
     * True when a job may be overtaken at all.
     *
     * @param earned what it has earned, in parts of a slot of which {@code cost} make one
     * @param mostEntries how many deliveries it may have in all
     */
    boolean mayBeOvertaken(int earned, int mostEntries) {
        return enabled() && earned > 0 && mostEntries >= (long) minimum * cost;
    }

    /** The most deliveries of one that overtakes: as many slots as the job has or will have earned at its end. */
    int mostEntriesOfOther(int earned, int leastEntriesLeft) {
        return (leastEntriesLeft + earned) / cost;
    }

    /** True when a job that has earned so much may be overtaken now by one with so many deliveries. */
    boolean suffices(int earned, int entries) {
        return WHOLE * (earned / cost + (long) loan) >= entries * (WHOLE - discount);
    }
}
