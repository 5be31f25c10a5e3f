package org.postrider.common.wire;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * A key of session tickets (RFC 5077 section 4, RFC 8446 section 4.6.1): 16 bytes of name, 16 for the authentication code, 16 for
 * the cipher. Who has it can read the sessions that were taken up with its tickets.
 *
 * @param text 96 hexadecimal digits
 */
public record TicketKey(String text) {
    static final int PART = 16;
    private static final int BYTES = 3 * PART;

    public TicketKey {
        if (!text.matches("[0-9a-f]{" + 2 * BYTES + "}")) {
            throw new IllegalArgumentException("not a ticket key");
        }
    }

    /** A new one. */
    public static TicketKey random(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new TicketKey(HexFormat.of().formatHex(bytes));
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(text);
    }

    /** Without the secret: this may come into a log. */
    @Override
    public String toString() {
        return "TicketKey[" + text.substring(0, 2 * PART) + "]";
    }
}
