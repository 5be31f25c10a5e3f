package org.postrider.qmgr;

import java.util.List;
import org.postrider.common.mail.Recipient;

/** What the scheduler wants done next. */
sealed interface Step {
    /** Hand this entry to its transport's agent and report back with {@link Scheduler#finished}. */
    record Deliver(Entry entry) implements Step {}

    /** Read at most so many more recipients of a message, and {@link Scheduler#add} them. */
    record Read(ActiveMessage message, int most) implements Step {}

    /** Defer these recipients without an agent, because even the retry transport is out of order. */
    record DeferUntried(ActiveMessage message, List<Recipient> recipients, Trouble trouble) implements Step {}
}
