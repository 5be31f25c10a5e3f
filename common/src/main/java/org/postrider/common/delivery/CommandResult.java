package org.postrider.common.delivery;

import org.postrider.common.mail.DsnStatus;

/** How a delivery command ended. */
public sealed interface CommandResult {
    /** Exit status zero; the output is cut off and printable. */
    record Succeeded(String output) implements CommandResult {}

    /**
     * Anything else.
     *
     * @param status from the exit status, or from the code at the beginning of the output
     * @param diagnostic the command's own words, or ours where it said nothing
     */
    record Failed(DsnStatus status, String diagnostic) implements CommandResult {}
}
