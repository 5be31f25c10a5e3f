package org.postrider.qmgr;

/** How a delivery ended, as far as the scheduler and the message's fate are concerned. */
sealed interface DeliveryOutcome {
    /** The agent did its work; {@code someRemain} says whether a recipient stays in the file. */
    record Worked(boolean someRemain) implements DeliveryOutcome {}

    /** The agent could not reach the destination. */
    record SiteTrouble(boolean someRemain, Trouble trouble) implements DeliveryOutcome {}

    /** The agent could not be called or broke off: nothing is known about the recipients, all remain. */
    record AgentTrouble(Trouble trouble) implements DeliveryOutcome {}
}
