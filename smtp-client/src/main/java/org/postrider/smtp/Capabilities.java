package org.postrider.smtp;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postrider.common.smtp.Reply;

/**
 * What the server offers in its answer to EHLO or LHLO (RFC 1869).
 *
 * @param sizeLimit largest message in bytes; 0 when not told
 * @param auth SASL mechanisms in upper case
 * @param requireTls RFC 8689
 * @param xforward attributes of XFORWARD in upper case (XFORWARD_README)
 */
record Capabilities(boolean pipelining, boolean eightBit, boolean dsn, boolean size, long sizeLimit, boolean utf8,
        boolean startTls, boolean requireTls, List<String> auth, Set<String> xforward) {
    static final Capabilities NONE = new Capabilities(false, false, false, false, 0, false, false, false,
            List.of(), Set.of());

    /** @param ignored keywords in lower case that are overlooked ({@code smtp_discard_ehlo_keywords}) */
    static Capabilities of(Reply reply, Set<String> ignored) {
        boolean pipelining = false;
        boolean eightBit = false;
        boolean dsn = false;
        boolean size = false;
        long sizeLimit = 0;
        boolean utf8 = false;
        boolean startTls = false;
        boolean requireTls = false;
        List<String> auth = List.of();
        Set<String> xforward = Set.of();
        for (int i = 1; i < reply.text().size(); i++) {
            String[] words = reply.text().get(i).strip().toLowerCase(Locale.ROOT).split("[\\s=]+", 3);
            if (ignored.contains(words[0])) {
                continue;
            }
            switch (words[0]) {
                case "pipelining" -> pipelining = true;
                case "8bitmime" -> eightBit = true;
                case "dsn" -> dsn = true;
                case "smtputf8" -> utf8 = true;
                case "starttls" -> startTls = true;
                case "requiretls" -> requireTls = true;
                case "auth" -> auth = words.length > 1
                        ? SaslClient.mechanisms(reply.text().get(i).strip().substring("auth".length() + 1))
                        : List.of();
                case "xforward" ->
                    xforward = Set
                            .copyOf(List.of(reply.text().get(i).strip().toUpperCase(Locale.ROOT).split("\\s+", -1)));
                case "size" -> {
                    size = true;
                    sizeLimit = words.length > 1 ? number(words[1]) : 0;
                }
                default -> {
                    // An extension that is not used here.
                }
            }
        }
        return new Capabilities(pipelining, eightBit, dsn, size, sizeLimit, utf8, startTls, requireTls, auth, xforward);
    }

    private static long number(String text) {
        try {
            return Math.max(0, Long.parseLong(text));
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
