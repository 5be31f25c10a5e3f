package org.postrider.qmgr;

import java.util.List;
import org.postrider.common.mail.Recipient;

/** What the scheduler wants done next. */
sealed interface Step {
    /** Hand this entry to its transport's agent and report back with {@link DeliveryScheduler#finished}. */
    record Deliver(Entry entry) implements Step {}

    /** Defer these recipients without an agent, because even the retry transport is out of order. */
    record DeferUntried(ActiveMessage message, List<Recipient> recipients, Trouble trouble) implements Step {}
}
