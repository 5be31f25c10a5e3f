package org.postrider.common.lookup;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The right-hand side of an alias or a line of a .forward file (aliases(5)), and the address lists of virtual(5): destinations
 * between commas. Quotes and comments as RFC 5322 has them; the order is kept.
 */
public final class AliasValue {
    /** Where mail goes. */
    public sealed interface Destination {
        /** An address, internal (unquoted) form; without a domain it is local. A leading backslash is still there. */
        record Address(String address) implements Destination {}

        /** {@code |command}, without the bar. */
        record Command(String command) implements Destination {}

        /** {@code /file/name}. */
        record File(String path) implements Destination {}

        /** {@code :include:/file/name}: the file holds more destinations. */
        record Include(String path) implements Destination {}
    }

    private static final String INCLUDE = ":include:";

    private AliasValue() {}

    /** The destinations; empty parts between commas are left out. */
    public static List<Destination> parse(String text) {
        return split(text).stream().map(AliasValue::destination).toList();
    }

    private static Destination destination(String text) {
        if (text.startsWith("|")) {
            return new Destination.Command(text.substring(1).strip());
        }
        if (text.startsWith("/")) {
            return new Destination.File(text);
        }
        if (text.toLowerCase(Locale.ROOT).startsWith(INCLUDE)) {
            return new Destination.Include(text.substring(INCLUDE.length()).strip());
        }
        return new Destination.Address(text);
    }

    /** The parts, with quotes and comments taken off; of {@code name <address>} only the address. */
    public static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        Scan scan = new Scan(text);
        while (!scan.atEnd()) {
            String part = scan.part();
            if (scan.plain && !part.isEmpty() && "|/:".indexOf(part.charAt(0)) < 0) {
                parts.addAll(List.of(part.split("[ \t]+")));
            } else if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return parts;
    }

    /** One pass over a list. One thread. */
    private static final class Scan {
        private final String text;
        private int at;
        /** True when the last part had no quotes and no angle brackets: blanks in it separate addresses. */
        private boolean plain;

        Scan(String text) {
            this.text = text;
        }

        boolean atEnd() {
            return at >= text.length();
        }

        String part() {
            StringBuilder part = new StringBuilder();
            int kept = 0;
            plain = true;
            while (!atEnd()) {
                char c = text.charAt(at++);
                switch (c) {
                    case ',', '\n' -> {
                        return finished(part, kept);
                    }
                    case '"' -> {
                        plain = false;
                        quoted(part);
                        kept = part.length();
                    }
                    case '(' -> {
                        if (part.isEmpty() || (part.charAt(0) != '|' && part.charAt(0) != '/')) {
                            comment();
                        } else {
                            part.append(c);
                        }
                    }
                    case '<' -> {
                        plain = false;
                        part.setLength(0);
                        kept = 0;
                    }
                    case '>' -> {
                    }
                    case '\\' -> {
                        boolean first = part.toString().isBlank();
                        part.append(c);
                        if (!atEnd() && !first) {
                            part.setCharAt(part.length() - 1, text.charAt(at++));
                        }
                    }
                    default -> part.append(c);
                }
            }
            return finished(part, kept);
        }

        /** White space at both ends goes, except what was quoted. */
        private static String finished(StringBuilder part, int kept) {
            int end = part.length();
            while (end > kept && Character.isWhitespace(part.charAt(end - 1))) {
                end--;
            }
            int start = 0;
            while (start < end && Character.isWhitespace(part.charAt(start))) {
                start++;
            }
            return part.substring(start, end);
        }

        private void quoted(StringBuilder part) {
            if (part.toString().isBlank()) {
                part.setLength(0);
            }
            while (!atEnd()) {
                char c = text.charAt(at++);
                if (c == '"') {
                    return;
                }
                if (c == '\\' && !atEnd()) {
                    c = text.charAt(at++);
                }
                part.append(c);
            }
        }

        private void comment() {
            int depth = 1;
            while (!atEnd() && depth > 0) {
                char c = text.charAt(at++);
                if (c == '\\' && !atEnd()) {
                    at++;
                } else {
                    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                }
            }
        }
    }
}
