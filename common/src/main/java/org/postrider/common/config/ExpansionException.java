package org.postrider.common.config;

/** A {@code $name} expression that cannot be evaluated; the message says where it is wrong. */
public final class ExpansionException extends ConfigurationException {
    private static final long serialVersionUID = 1;

    ExpansionException(String message) {
        super(message);
    }
}
