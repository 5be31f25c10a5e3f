package org.postrider.services;

import org.postrider.common.daemon.Service;
import org.postrider.common.wire.Connection;

/**
 * Services of a master.cf that was made for Postfix which nothing in this suite asks: scache, because sessions are kept inside the
 * process of smtp(8), and tlsmgr, because a library seeds itself and one process serves all sessions of smtpd(8). Whoever connects
 * is let go without an answer.
 */
final class UnaskedService implements Service {
    @Override
    public void converse(Connection connection) {
        // There is nothing to say.
    }

    @Override
    public boolean conversesOnLoop() {
        return true;
    }
}
