package org.postrider.common.delivery;

import java.time.InstantSource;
import org.postrider.common.daemon.AddressForm;
import org.postrider.common.mail.DelayFormat;
import org.slf4j.Logger;

/**
 * What a {@link DeliveryAgent} is made of.
 *
 * @param files where queue files come from
 * @param services where failures are kept
 * @param clock the time of day
 * @param delays how times are written in the log
 * @param addresses how they are written there
 * @param softBounce soft_bounce: nothing is returned, everything is tried again
 * @param filter changes what is recorded
 * @param log the program's log
 */
public record AgentParts(MessageFiles files, FailureServices services, InstantSource clock, DelayFormat delays,
        AddressForm addresses, boolean softBounce, StatusFilter filter, Logger log) {
    /** Without a filter, as the defaults are. */
    public AgentParts(MessageFiles files, FailureServices services, InstantSource clock, DelayFormat delays,
            boolean softBounce, Logger log) {
        this(files, services, clock, delays, AddressForm.EXTERNAL, softBounce, StatusFilter.NONE, log);
    }
}
