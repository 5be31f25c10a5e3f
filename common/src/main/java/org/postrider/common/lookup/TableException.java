package org.postrider.common.lookup;

import org.postrider.common.config.ConfigurationException;

/**
 * A table or list can't be used as written, in Postfix's words. Thrown only where the caller asked for it: by a command, or by a
 * daemon under daemon_table_open_error_is_fatal. Everywhere else a broken table answers {@link LookupResult.Unavailable}.
 */
public final class TableException extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public TableException(String message) {
        super(message);
    }
}
