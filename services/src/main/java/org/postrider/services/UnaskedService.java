package org.postrider.services;

import org.postrider.common.daemon.Service;
import org.postrider.common.wire.Connection;

/**
 * The service scache of a master.cf that was made for Postfix, which nothing in this suite asks: sessions are kept inside the process of
 * smtp(8). Whoever connects is let go without an answer.
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
