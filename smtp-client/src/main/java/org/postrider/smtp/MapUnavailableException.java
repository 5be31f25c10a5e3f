package org.postrider.smtp;

import java.io.IOException;
import java.io.Serial;

/** A table could not be asked; the message is the parameter that names it. */
final class MapUnavailableException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    MapUnavailableException(String parameter) {
        super(parameter);
    }
}
