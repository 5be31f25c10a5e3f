package org.postrider.qmgr;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.postrider.common.ipc.Standing;
import org.postrider.common.mail.Recipient;

/**
 * What the recipients of a message wait for, with the parameters that rule it, for people. On the scheduler's thread; it looks and
 * changes nothing.
 *
 * @param now by the scheduler's clock
 */
record Standings(Instant now) {
    /** @param underWay deliveries, and since when */
    Standing of(ActiveMessage message, Map<Entry, Instant> underWay) {
        Map<Long, String> recipients = new HashMap<>();
        underWay.forEach((entry, since) -> {
            if (entry.message() == message) {
                say(entry, delivery(entry, since), recipients);
            }
        });
        for (Job job : message.jobs()) {
            for (Peer peer : job.peers()) {
                String words = waiting(peer);
                peer.entries().forEach(entry -> say(entry, words, recipients));
            }
        }
        return new Standing(others(message), recipients);
    }

    private static void say(Entry entry, String words, Map<Long, String> recipients) {
        for (Recipient recipient : entry.recipients()) {
            recipients.put(recipient.offset(), words);
        }
    }

    private String delivery(Entry entry, Instant since) {
        return "the end of a delivery over " + entry.transport() + " to " + entry.nexthop() + ", under way for "
                + Duration.between(since, now).toSeconds() + " seconds";
    }

    private String waiting(Peer peer) {
        Destination destination = peer.destination();
        Transport transport = destination.transport();
        String name = transport.name();
        String place = destination.nexthop() + " over " + name;
        if (destination.isFull()) {
            return "a delivery to " + place + " that ends: its window allows " + destination.window().size()
                    + " at a time (" + name + "_initial_destination_concurrency, " + name
                    + "_destination_concurrency_limit)";
        }
        if (!destination.isOpen(now)) {
            return "the pause between deliveries to " + place + " (" + name + "_destination_rate_delay)";
        }
        if (transport.isFull()) {
            return "a delivery over " + name + " that ends: its maxproc column in master.cf allows "
                    + transport.settings().deliveryLimit() + " at a time";
        }
        if (!transport.isOpen(now)) {
            return "the pause between deliveries over " + name + " (" + name + "_transport_rate_delay)";
        }
        return "its turn among the mail for " + name;
    }

    private static String others(ActiveMessage message) {
        if (message.unread() == 0) {
            return "the message's other recipients: it was tried";
        }
        Set<String> limits = message.jobs().stream().map(job -> job.transport().name() + "_recipient_limit")
                .collect(Collectors.toSet());
        return "room in memory, if it was not tried yet: recipients are read in batches (qmgr_message_recipient_limit"
                + (limits.isEmpty() ? "" : ", " + String.join(", ", limits)) + ")";
    }

    /**
     * Of a message that is in nobody's hands.
     *
     * @param between it was found, and is being read, resolved or brought to its end
     * @param full no message is taken into the active queue
     * @param active messages in the active queue
     */
    static Standing elsewhere(boolean between, boolean full, int active) {
        if (between) {
            return new Standing(
                    "the queue manager: it is being read and its recipients resolved, or it comes to its end",
                    Map.of());
        }
        return new Standing(full
                ? "room in the active queue: " + active + " messages are in it (qmgr_message_active_limit)"
                : "the next scan of the queue (queue_run_delay)", Map.of());
    }
}
