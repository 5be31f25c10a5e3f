package org.postrider.cleanup;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.postrider.common.ipc.AddressProbe;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.ipc.ServiceClient;
import org.postrider.common.mail.Recipient;
import org.postrider.common.posix.FileWords;
import org.postrider.common.posix.Identity;
import org.postrider.common.queue.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of an address probe's way through cleanup: no queue file, but a word to qmgr, which keeps the probe in memory. A crash of
 * either loses it; verify sends another when it has heard nothing for a while (docs/adr/0025). Safe for many threads.
 */
final class ProbeHandOver {
    private static final Logger log = LoggerFactory.getLogger(ProbeHandOver.class);

    private final ServiceClient qmgr;
    private final ProbeAnswers answers;
    private final InstantSource clock;
    private final AtomicInteger count = new AtomicInteger();

    /** @param qmgr client of {@code public/qmgr} */
    ProbeHandOver(ServiceClient qmgr, ProbeAnswers answers, InstantSource clock) {
        this.qmgr = qmgr;
        this.answers = answers;
        this.clock = clock;
    }

    /** A probe that begins. */
    Message begin(int flags, CleanupSettings settings) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return new Message(QueueId.ofProbe(now, Identity.pid(), count.getAndIncrement()), now, flags, settings);
    }

    /** Hands over a probe that was read to its end; one that can't go on now fails, or its address counts as one that failed. */
    void settle(Message message) {
        if (message.failed() || message.recipientCount == 0) {
            // Refused, or answered here.
            return;
        }
        if (message.traceFlags() != DeliveryRequest.PROBE || message.recipientCount > 1) {
            message.failProtocol("without a queue file there can only be an address probe of one address");
            return;
        }
        Recipient recipient = message.accepted().getFirst();
        AddressProbe probe = new AddressProbe(message.id(), message.arrived, message.size().contentSize(),
                message.size().sendOptions(), message.sender, recipient);
        try {
            if (!probe.send(qmgr)) {
                answers.tooMany(message, recipient);
            }
        } catch (IOException e) {
            log.warn("{}: address probe: queue manager: {}", message.id(), FileWords.of(e));
            message.fail(CleanupStatus.DEFER, "4.3.0 the queue manager takes no address probe");
        }
    }
}
