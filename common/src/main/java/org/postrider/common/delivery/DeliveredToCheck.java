package org.postrider.common.delivery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** The Delivered-To headers a message has already; a recipient among them means that mail goes round in a circle. */
public final class DeliveredToCheck {
    private static final String NAME = "delivered-to:";

    private final Set<String> addresses = new HashSet<>();

    /** Reads the headers of a message. */
    public static DeliveredToCheck read(MessageContent content) throws IOException {
        DeliveredToCheck check = new DeliveredToCheck();
        boolean atLineStart = true;
        while (content.next()) {
            if (atLineStart) {
                String line = new String(content.bytes(), content.offset(), content.length(),
                        StandardCharsets.ISO_8859_1);
                if (!isHeader(line)) {
                    break;
                }
                check.add(line);
            }
            atLineStart = content.endsLine();
        }
        return check;
    }

    /** True when the message was delivered to this address (external form) before. */
    public boolean contains(String address) {
        return addresses.contains(address.toLowerCase(Locale.ROOT));
    }

    private void add(String line) {
        if (line.regionMatches(true, 0, NAME, 0, NAME.length())) {
            addresses.add(line.substring(NAME.length()).strip().toLowerCase(Locale.ROOT));
        }
    }

    private static boolean isHeader(String line) {
        if (line.isEmpty()) {
            return false;
        }
        char first = line.charAt(0);
        if (first == ' ' || first == '\t') {
            return true;
        }
        int colon = line.indexOf(':');
        if (colon <= 0) {
            return false;
        }
        String name = line.substring(0, colon).stripTrailing();
        return !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 127);
    }
}
