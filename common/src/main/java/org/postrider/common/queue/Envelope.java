package org.postrider.common.queue;

import java.time.Instant;
import java.util.Map;

/**
 * What a queue file says about a message, apart from content and recipients.
 *
 * @param sender internal form, empty for the null sender
 * @param arrived when it arrived, to the microsecond
 * @param created what its lifetime counts from
 * @param fullName the sender's full name, empty when unknown
 * @param contentFilter {@code transport:nexthop}, empty when none
 * @param redirect where to send everything instead, empty when nowhere
 * @param verp the two VERP delimiters, empty when none
 * @param warning when the delay warning is due in seconds since 1970, and where that stands; null offset means never
 * @param attributes the named attributes of the message
 */
public record Envelope(String sender, Instant arrived, Instant created, String fullName, String contentFilter,
        String redirect, String verp, Warning warning, Map<String, String> attributes) {
    /**
     * The delay warning.
     *
     * @param seconds when it is due; 0 when it was sent or is not wanted
     * @param offset where the record stands in the file, -1 when there is none
     */
    public record Warning(long seconds, long offset) {
        static final Warning NONE = new Warning(0, -1);
    }

    public Envelope {
        attributes = Map.copyOf(attributes);
    }

    /** The value of a named attribute, empty when it is not there. */
    public String attribute(String name) {
        return attributes.getOrDefault(name, "");
    }

    /** The number in a named attribute, 0 when it is not there or not a number. */
    public int number(String name) {
        String text = attribute(name);
        if (text.isEmpty()) {
            return 0;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
