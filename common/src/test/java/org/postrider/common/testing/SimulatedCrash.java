package org.postrider.common.testing;

/** The machine or the process stops in the middle of a file operation; nothing of the program may go on. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    SimulatedCrash() {
        super("crash", null, false, false);
    }
}
