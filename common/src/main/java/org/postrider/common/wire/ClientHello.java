package org.postrider.common.wire;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a client says of itself when TLS begins (RFC 8446 section 4.1.2), as far as it limits what a server may show. Numbers are those of
 * IANA's registries for TLS.
 *
 * @param versions that the client speaks, {@code 0x0303} is TLS 1.2
 * @param suites of ciphers
 * @param signatures schemes of signatures (section 4.2.3); empty when it does not say
 * @param groups for the key exchange, which are the curves of certificates too before TLS 1.3 (RFC 8422 section 5.1.1); empty when it
 *     does not say
 */
public record ClientHello(Set<Integer> versions, Set<Integer> suites, Optional<Set<Integer>> signatures,
        Optional<Set<Integer>> groups) {
    private static final int RANDOM = 32;
    private static final int OLDEST = 0x0301;
    private static final int NEWEST_WITHOUT_LIST = 0x0303;
    private static final int SUPPORTED_GROUPS = 10;
    private static final int SIGNATURE_ALGORITHMS = 13;
    private static final int SUPPORTED_VERSIONS = 43;

    public ClientHello {
        versions = Set.copyOf(versions);
        suites = Set.copyOf(suites);
        signatures = signatures.map(Set::copyOf);
        groups = groups.map(Set::copyOf);
    }

    /**
     * Reads the body of the message, without its type and length.
     *
     * @return empty when it is not well formed, of which the library will complain
     */
    static Optional<ClientHello> parse(byte[] body) {
        try {
            ByteBuffer in = ByteBuffer.wrap(body);
            int legacy = number(in);
            skip(in, RANDOM);
            skip(in, in.get() & 0xff);
            Set<Integer> suites = numbers(part(in, number(in)));
            skip(in, in.get() & 0xff);
            Set<Integer> versions = upTo(Math.min(legacy, NEWEST_WITHOUT_LIST));
            Optional<Set<Integer>> signatures = Optional.empty();
            Optional<Set<Integer>> groups = Optional.empty();
            ByteBuffer extensions = in.hasRemaining() ? part(in, number(in)) : in;
            while (extensions.hasRemaining()) {
                int type = number(extensions);
                ByteBuffer data = part(extensions, number(extensions));
                switch (type) {
                    case SUPPORTED_GROUPS -> groups = Optional.of(numbers(part(data, number(data))));
                    case SIGNATURE_ALGORITHMS -> signatures = Optional.of(numbers(part(data, number(data))));
                    case SUPPORTED_VERSIONS -> versions = numbers(part(data, data.get() & 0xff));
                    default -> {
                        // The rest does not matter here.
                    }
                }
            }
            return Optional.of(new ClientHello(versions, suites, signatures, groups));
        } catch (BufferUnderflowException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static int number(ByteBuffer in) {
        return in.getShort() & 0xffff;
    }

    private static void skip(ByteBuffer in, int length) {
        in.position(in.position() + length);
    }

    private static ByteBuffer part(ByteBuffer in, int length) {
        ByteBuffer part = in.slice().limit(length);
        skip(in, length);
        return part;
    }

    private static Set<Integer> numbers(ByteBuffer in) {
        Set<Integer> found = new HashSet<>();
        while (in.hasRemaining()) {
            found.add(number(in));
        }
        return found;
    }

    private static Set<Integer> upTo(int newest) {
        Set<Integer> found = new HashSet<>();
        for (int version = OLDEST; version <= newest; version++) {
            found.add(version);
        }
        return found;
    }
}
