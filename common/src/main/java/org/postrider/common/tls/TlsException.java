package org.postrider.common.tls;

import java.util.List;
import java.util.stream.Stream;

/** Keys, certificates or words of the configuration that can't be used; the message says which and why. */
public final class TlsException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String[] lines;

    /** @param more lines for the log */
    public TlsException(String message, String... more) {
        super(message);
        this.lines = Stream.concat(Stream.of(message), Stream.of(more)).toArray(String[]::new);
    }

    /** What the log shall say, the message first. */
    public List<String> lines() {
        return List.of(lines);
    }
}
