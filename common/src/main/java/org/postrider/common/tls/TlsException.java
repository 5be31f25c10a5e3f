package org.postrider.common.tls;

/** Keys, certificates or words of the configuration that can't be used; the message says which and why. */
public final class TlsException extends Exception {
    private static final long serialVersionUID = 1L;

    public TlsException(String message) {
        super(message);
    }
}
