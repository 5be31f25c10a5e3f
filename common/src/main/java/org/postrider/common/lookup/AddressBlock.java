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

    static Parsed parse(String written) {
        String text = written;
        if (written.startsWith("[")) {
            int end = written.indexOf(']');
            if (end < 0) {
                return new Parsed.Bad("missing ']' character after \"" + written + '"');
            }
            String rest = written.substring(end + 1);
            if (!rest.isEmpty() && rest.charAt(0) != '/') {
                return new Parsed.Bad("garbage after \"" + written.substring(0, end + 1) + '"');
            }
            text = written.substring(1, end) + rest;
        }
        int slash = text.indexOf('/');
        Optional<byte[]> bytes = AddressText.bytes(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) {
            return bytes.<Parsed>map(whole -> new Parsed.Good(new AddressBlock(whole, whole.length * 8)))
                    .orElse(new Parsed.Bad("bad address pattern: \"" + text + '"'));
        }
        return net(text, bytes, text.substring(slash + 1));
    }

    private static Parsed net(String text, Optional<byte[]> bytes, String mask) {
        if (mask.isEmpty() || !mask.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return new Parsed.Bad("bad mask value in \"" + text + '"');
        }
        int prefix = mask.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(mask);
        if (prefix > (text.indexOf(':') < 0 ? 32 : 128)) {
            return new Parsed.Bad("bad mask length in \"" + text + '"');
        }
        if (bytes.isEmpty()) {
            return new Parsed.Bad("bad network value in \"" + text + '"');
        }
        byte[] address = bytes.get();
        byte[] masked = masked(address, prefix);
        if (!Arrays.equals(masked, address)) {
            return new Parsed.Bad("non-null host address bits in \"" + text + "\", perhaps you should use \""
                    + AddressText.text(masked) + '/' + prefix + "\" instead");
        }
        return new Parsed.Good(new AddressBlock(address, prefix));
    }

    private static String unbracket(String text) {
        return text.length() > 1 && text.charAt(0) == '[' && text.endsWith("]")
                ? text.substring(1, text.length() - 1)
                : text;
    }

    /** The network's address; the caller does not change it. */
    byte[] address() {
        return address;
    }

    /** How many leading bits count. */
    int prefix() {
        return prefix;
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
