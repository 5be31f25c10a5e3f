package org.postrider.common.config;

/** A setting that cannot be used. The message is the text of the fatal log line, without a {@code fatal: } before it. */
public class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ConfigurationException(String message) {
        super(message);
    }

    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
