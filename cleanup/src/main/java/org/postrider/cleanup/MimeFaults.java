package org.postrider.cleanup;

import java.util.EnumSet;
import java.util.Set;
import org.postrider.common.config.Parameters;
import org.postrider.common.mail.MimeSink.Fault;

/** Which faults of MIME structure a message is refused for. */
record MimeFaults(Set<Fault> refused) {
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
        return new MimeFaults(refused);
    }

    /** What is told about a fault. */
    static String text(Fault fault) {
        return switch (fault) {
            case NESTING -> "MIME nesting exceeds safety limit";
            case TRUNCATED_HEADER -> "message header length exceeds safety limit";
            case EIGHT_BIT_HEADER -> "improper use of 8-bit data in message header";
            case EIGHT_BIT_BODY -> "improper use of 8-bit data in message body";
            case ENCODED_STRUCTURE -> "invalid message/* or multipart/* encoding domain";
        };
    }
}
