package org.postrider.smtp;

import java.io.IOException;
import org.postrider.common.daemon.Service;
import org.postrider.common.daemon.ServiceContext;
import org.postrider.common.delivery.DeliveryService;
import org.postrider.common.wire.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One of the services smtp, relay and lmtp: serves qmgr, and ends the kept sessions when it retires. */
final class SmtpService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpService.class);

    private final Service agent;
    private final SmtpParts parts;

    SmtpService(ServiceContext context, SmtpParts parts) {
        this.agent = DeliveryService.of(context, LOG, parts);
        this.parts = parts;
    }

    @Override
    public boolean conversesOnLoop() {
        return true;
    }

    @Override
    public void converse(Connection connection) throws IOException {
        agent.converse(connection);
    }

    @Override
    public boolean isOutdated() {
        return parts.tlsClient().isOutdated();
    }

    @Override
    public void stopping() {
        agent.stopping();
        parts.pool().close();
    }

    @Override
    public void retire() {
        parts.pool().close();
    }
}
