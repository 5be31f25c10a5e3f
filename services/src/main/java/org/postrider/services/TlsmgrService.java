package org.postrider.services;

import java.io.IOException;
import java.util.Optional;
import org.postrider.common.daemon.Service;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.TicketKeysRequest;
import org.postrider.common.tls.TicketKeyRotation;
import org.postrider.common.wire.Connection;

/**
 * Service {@code tlsmgr}: has the keys of TLS session tickets, so that all services of smtpd(8), and the processes that take their
 * places, know each other's tickets; tlsmgr(8) without session caches and random numbers (docs/adr/0021). Whoever asks
 * for something else is let go without an answer.
 */
final class TlsmgrService implements Service {
    private final TicketKeyRotation rotation;

    TlsmgrService(TicketKeyRotation rotation) {
        this.rotation = rotation;
    }

    /** For the service that takes the place of this one. */
    TicketKeyRotation rotation() {
        return rotation;
    }

    @Override
    public void converse(Connection connection) throws IOException {
        Optional<Attributes> request = Attributes.readIfAny(connection.in());
        while (request.isPresent() && TicketKeysRequest.isAskedBy(request.get())) {
            TicketKeysRequest.answer(rotation.keys()).write(connection.out());
            connection.out().flush();
            request = Attributes.readIfAny(connection.in());
        }
    }

    @Override
    public boolean conversesOnLoop() {
        return true;
    }

    /** With the process the keys would go, and with them all tickets. */
    @Override
    public boolean mayLeave() {
        return !rotation.isInUse();
    }
}
