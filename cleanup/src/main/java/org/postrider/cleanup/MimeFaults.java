package org.postrider.cleanup;

import java.util.EnumSet;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.mail.MimeSink.Fault;

/**
 * What is done about faults of a message's structure.
 *
 * @param refused a message is refused for these
 * @param marked a message gets a header field that tells of these
 */
record MimeFaults(Set<Fault> refused, Set<Fault> marked) {
    static MimeFaults of(Parameters parameters) {
        Set<Fault> refused = EnumSet.of(Fault.NESTING);
        boolean strict = parameters.bool("strict_8bitmime");
        if (strict || parameters.bool("strict_7bit_headers")) {
            refused.add(Fault.EIGHT_BIT_HEADER);
        }
        if (strict || parameters.bool("strict_8bitmime_body")) {
            refused.add(Fault.EIGHT_BIT_BODY);
        }
        if (parameters.bool("strict_mime_encoding_domain")) {
            refused.add(Fault.ENCODED_STRUCTURE);
        }
        Set<Fault> marked = EnumSet.noneOf(Fault.class);
        String action = parameters.string("non_empty_end_of_header_action");
        switch (action) {
            case "fix_quietly" -> {
                // An empty line comes between, and that is all.
            }
            case "add_header" -> marked.add(Fault.HEADER_NOT_ENDED);
            case "reject" -> refused.add(Fault.HEADER_NOT_ENDED);
            default -> throw new ConfigurationException(
                    "invalid setting: \"non_empty_end_of_header_action = " + action + "\"");
        }
        return new MimeFaults(refused, marked);
    }

    /** What is told about a fault. */
    static String text(Fault fault) {
        return switch (fault) {
            case NESTING -> "MIME nesting exceeds safety limit";
            case TRUNCATED_HEADER -> "message header length exceeds safety limit";
            case EIGHT_BIT_HEADER -> "improper use of 8-bit data in message header";
            case EIGHT_BIT_BODY -> "improper use of 8-bit data in message body";
            case ENCODED_STRUCTURE -> "invalid message/* or multipart/* encoding domain";
            case HEADER_NOT_ENDED -> "message header was not terminated by empty line";
        };
    }
}
