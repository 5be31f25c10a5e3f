package org.postrider.common.testing;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postrider.common.delivery.AgentParts;
import org.postrider.common.delivery.DeliveryAgent;
import org.postrider.common.delivery.Door;
import org.postrider.common.delivery.FailureServices;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.DelayFormat;
import org.postrider.common.mail.Recipient;
import org.slf4j.LoggerFactory;

/** Gives delivery requests to a door and keeps what became of them. */
public final class DeliveryRig {
    private final List<String> kept = new ArrayList<>();
    private final Map<String, String> attributes = new HashMap<>();
    private TextMessage message = new TextMessage("Subject: test\n\nbody\n");
    private String sender = "sender@example.com";
    private String nexthop = "example.org";
    private long size = 10;

    /** Delivers this message from now on. */
    public DeliveryRig message(String text) {
        message = new TextMessage(text);
        return this;
    }

    public DeliveryRig sender(String address) {
        sender = address;
        return this;
    }

    public DeliveryRig nexthop(String text) {
        nexthop = text;
        return this;
    }

    public DeliveryRig size(long bytes) {
        size = bytes;
        return this;
    }

    public DeliveryRig attribute(String name, String value) {
        attributes.put(name, value);
        return this;
    }

    /** What bounce, defer and trace got, {@code LOG address code action: text}. */
    public List<String> kept() {
        return kept;
    }

    /** How many recipients were marked done. */
    public int done() {
        return message.done().size();
    }

    /** Serves one request for these addresses; true when some remain. A notice of success is asked for. */
    public boolean serve(Door door, String... addresses) {
        List<Recipient> recipients = new ArrayList<>();
        for (int i = 0; i < addresses.length; i++) {
            recipients.add(new Recipient(100L * (i + 1), addresses[i], "", "", Recipient.NOTIFY_SUCCESS));
        }
        var request = new DeliveryRequest(DeliveryRequest.MARK_DONE, "active", "ABC123", 0, size, "test", nexthop, "",
                0, sender, "", 0, new DeliveryRequest.Times(0, 0, 0, 0), attributes, recipients);
        var parts = new AgentParts(_ -> message, this::append, InstantSource.fixed(Instant.ofEpochSecond(1000)),
                new DelayFormat(2), false, LoggerFactory.getLogger("test"));
        return new DeliveryAgent(parts, door).serve(request).someRemain();
    }

    private boolean append(FailureServices.Log log, BounceRequest request) {
        BounceRequest.Entry entry = request.entry().orElseThrow();
        kept.add(log + " " + entry.recipient().address() + " " + entry.status() + " " + entry.action() + ": "
                + entry.reason());
        return true;
    }
}
