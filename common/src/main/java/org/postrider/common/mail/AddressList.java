package org.postrider.common.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The value of a header field that lists addresses (RFC 5322 3.4), as a row of parts: addresses, phrases, comments, and the
 * punctuation of lists, groups and route-addresses. Nothing is refused: what is no address stays as it is, and addresses that
 * follow each other without comma are taken apart. A comment inside an address moves behind it.
 *
 * <p>Not for several threads. Printing gives one space where white space is needed; {@link #fold} breaks long lists.
 */
public final class AddressList {
    /** What can stand in a list. */
    public sealed interface Part {
        /** As it is printed. */
        String text();
    }

    /** An address, external form, without angle brackets. */
    public record AddressPart(String text) implements Part {}

    /** A word of a display name. */
    public record Phrase(String text) implements Part {}

    /** A comment with its parentheses. */
    public record Comment(String text) implements Part {}

    /** One of {@code , ; : < >}. */
    public record Mark(String text) implements Part {
        static final Mark COMMA = new Mark(",");
        static final Mark OPEN = new Mark("<");
        static final Mark CLOSE = new Mark(">");
    }

    private static final int LINE = 70;

    private final List<Part> parts;

    AddressList(List<Part> parts) {
        this.parts = parts;
    }

    /** Reads a header field's value; at most this many tokens (header_address_token_limit), the rest is dropped. */
    public static AddressList parse(String value, int tokenLimit) {
        return new AddressListParser(AddressTokens.scan(value, tokenLimit)).parse();
    }

    /** Reads a header field's value. */
    public static AddressList parse(String value) {
        return parse(value, Integer.MAX_VALUE);
    }

    public List<Part> parts() {
        return parts;
    }

    /** The addresses, internal form, the null address included. */
    public List<String> addresses() {
        List<String> found = new ArrayList<>();
        for (Part part : parts) {
            if (part instanceof AddressPart(String text)) {
                found.add(Address.toInternal(text));
            }
        }
        return found;
    }

    /**
     * Replaces every address, the null address excepted, by what the function makes of its external form. A source route
     * ({@code @a,@b:user@c}) is taken off first.
     *
     * @return true when an address has changed
     */
    public boolean rewrite(UnaryOperator<String> change) {
        boolean changed = false;
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i) instanceof AddressPart(String text) && !text.isEmpty()) {
                String other = change.apply(withoutRoute(text));
                if (!other.equals(text)) {
                    parts.set(i, new AddressPart(other));
                    changed = true;
                }
            }
        }
        return changed;
    }

    private static String withoutRoute(String address) {
        int colon = address.startsWith("@") ? address.indexOf(':') : -1;
        return colon < 0 || colon == address.length() - 1 ? address : address.substring(colon + 1);
    }

    /** The list on one line. */
    public String format() {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            if (i > 0 && wantsSpace(parts.get(i - 1), parts.get(i))) {
                line.append(' ');
            }
            line.append(parts.get(i).text());
        }
        return line.toString();
    }

    /**
     * The header field with this name, folded after commas so that lines stay short where they can; lines are separated by a
     * line feed and go on with a tab.
     */
    public String fold(String name) {
        StringBuilder field = new StringBuilder(name).append(':');
        StringBuilder piece = new StringBuilder();
        int used = name.length() + 1;
        boolean fresh = true;
        for (int i = 0; i < parts.size(); i++) {
            if (!piece.isEmpty() && wantsSpace(parts.get(i - 1), parts.get(i))) {
                piece.append(' ');
            }
            piece.append(parts.get(i).text());
            if (parts.get(i).equals(Mark.COMMA) || i == parts.size() - 1) {
                if (!fresh && used + 1 + piece.length() >= LINE) {
                    field.append("\n\t").append(piece);
                    used = piece.length();
                } else {
                    field.append(' ').append(piece);
                    used += 1 + piece.length();
                }
                fresh = false;
                piece.setLength(0);
            }
        }
        return field.toString();
    }

    private static boolean wantsSpace(Part left, Part right) {
        if (left.equals(Mark.COMMA)) {
            return true;
        }
        if (right instanceof Mark(String text) && !text.equals("<")) {
            return text.equals(";") && left instanceof Mark(String before) && before.equals(":");
        }
        return !left.equals(Mark.OPEN);
    }
}
