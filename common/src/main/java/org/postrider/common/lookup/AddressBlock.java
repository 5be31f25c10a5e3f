package org.postrider.common.lookup;

import java.util.Arrays;
import java.util.Optional;

/**
 * A network address with the number of leading bits that count: {@code 192.0.2.0/24}, {@code [2001:db8::]/32}. A single address
 * has all its bits. IPv4 addresses are 4 bytes, IPv6 16; an IPv4 address mapped into IPv6 is not IPv4.
 */
public final class AddressBlock {
    private final byte[] address;
    private final int prefix;

    private AddressBlock(byte[] address, int prefix) {
        this.address = address;
        this.prefix = prefix;
    }

    /** What a text turned out to be. */
    sealed interface Parsed {
        record Good(AddressBlock block) implements Parsed {}

        record Bad(String problem) implements Parsed {}
    }

    /** Reads {@code address} or {@code address/bits}; empty when it is neither, or has bits set beyond the prefix. */
    public static Optional<AddressBlock> of(String text) {
        return parse(text) instanceof Parsed.Good(AddressBlock block) ? Optional.of(block) : Optional.empty();
    }

    static Parsed parse(String text) {
        int slash = text.indexOf('/');
        String host = unbracket(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0 && !text.isEmpty() && text.charAt(0) == '[' && !text.endsWith("]")) {
            return new Parsed.Bad("missing ']' character after \"" + text + '"');
        }
        Optional<byte[]> bytes = AddressText.bytes(host);
        if (bytes.isEmpty()) {
            return new Parsed.Bad((slash < 0 ? "bad address pattern: \"" : "bad net/mask pattern: \"") + text + '"');
        }
        byte[] address = bytes.get();
        if (slash < 0) {
            return new Parsed.Good(new AddressBlock(address, address.length * 8));
        }
        int prefix = number(text.substring(slash + 1));
        if (prefix < 0 || prefix > address.length * 8) {
            return new Parsed.Bad("bad net/mask pattern: \"" + text + '"');
        }
        byte[] masked = masked(address, prefix);
        if (!Arrays.equals(masked, address)) {
            return new Parsed.Bad("non-null host address bits in \"" + text + "\", perhaps you should use \""
                    + bracketLike(text, AddressText.text(masked)) + '/' + prefix + "\" instead");
        }
        return new Parsed.Good(new AddressBlock(address, prefix));
    }

    private static String bracketLike(String text, String address) {
        return text.startsWith("[") ? '[' + address + ']' : address;
    }

    private static String unbracket(String text) {
        return text.length() > 1 && text.charAt(0) == '[' && text.endsWith("]")
                ? text.substring(1, text.length() - 1)
                : text;
    }

    private static int number(String digits) {
        if (digits.isEmpty() || digits.length() > 3) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    private static byte[] masked(byte[] address, int prefix) {
        byte[] masked = address.clone();
        for (int i = 0; i < masked.length; i++) {
            int kept = Math.clamp(prefix - i * 8L, 0, 8);
            masked[i] = (byte) (masked[i] & (0xff << (8 - kept)));
        }
        return masked;
    }

    /** True when this address, of the same family, lies in the block. */
    public boolean contains(byte[] other) {
        return other.length == address.length && Arrays.equals(masked(other, prefix), address);
    }

    /** True when this printable address (with or without brackets) lies in the block. */
    public boolean contains(String other) {
        return AddressText.bytes(unbracket(other)).map(this::contains).orElse(false);
    }

    /** Printable form, with the prefix length. */
    @Override
    public String toString() {
        return AddressText.text(address) + '/' + prefix;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressBlock block && prefix == block.prefix && Arrays.equals(address, block.address);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(address) * 31 + prefix;
    }
}
