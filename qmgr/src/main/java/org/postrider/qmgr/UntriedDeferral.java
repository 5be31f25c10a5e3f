package org.postrider.qmgr;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.mail.Recipient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs and records recipients as deferred when no agent can do it, not even the retry transport's. */
final class UntriedDeferral {
    private static final Logger LOG = LoggerFactory.getLogger(UntriedDeferral.class);

    private final Services services;
    private final InstantSource clock;
    private final QmgrSettings settings;

    UntriedDeferral(Services services, InstantSource clock, QmgrSettings settings) {
        this.services = services;
        this.clock = clock;
        this.settings = settings;
    }

    /** The recipients stay in the file whether or not defer can keep the reason. */
    void defer(MessageHead message, List<Recipient> recipients, Trouble trouble) {
        if (message.isProbe() || message.isUserProbe()) {
            LOG.warn("{}: address probe dropped: {}", message.id(), trouble.reason());
            return;
        }
        for (Recipient recipient : recipients) {
            BounceRequest.Entry entry = new BounceRequest.Entry(recipient, "none", trouble.status(), "delayed", "", "",
                    "", "", trouble.reason());
            boolean kept = services.report(settings.services().defer(), new BounceRequest(
                    BounceRequest.Operation.APPEND, MessageFinisher.about(message, ""), Optional.of(entry)));
            if (kept) {
                LOG.info(settings.log().delivery(message, recipient, clock.instant(), trouble.status(), "deferred",
                        trouble.reason()));
            } else {
                LOG.info("{}: status=deferred (bounce failed)", message.id());
            }
        }
    }
}
