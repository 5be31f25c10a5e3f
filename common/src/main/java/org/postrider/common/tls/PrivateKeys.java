package org.postrider.common.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Reads private keys: PKCS#8 (RFC 5208), PKCS#1 (RFC 8017 appendix A.1.2) and SEC1 (RFC 5915). The JDK reads the first only. */
final class PrivateKeys {
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    private static final byte[] EC_PUBLIC_KEY = HexFormat.of().parseHex("06072a8648ce3d0201");
    private static final byte[] VERSION = HexFormat.of().parseHex("020100");
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int PARAMETERS = 0xa0;

    private PrivateKeys() {}

    static PrivateKey read(Pem.Block block, String name) throws TlsException {
        byte[] der = switch (block.label()) {
            case "RSA PRIVATE KEY" -> wrapped(RSA, block.der());
            case "EC PRIVATE KEY" -> wrapped(curve(block.der(), name), block.der());
            default -> block.der();
        };
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException _) {
                // It is a key of another kind, or of none.
            }
        }
        throw new TlsException(name + ": not a private key that can be used");
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return element(SEQUENCE, VERSION, algorithm, element(OCTETS, key));
    }

    /** The algorithm identifier of a SEC1 key: its curve stands in the key, under the tag [0]. */
    private static byte[] curve(byte[] der, String name) throws TlsException {
        try {
            int at = content(der, 0);
            while (at < der.length) {
                int start = content(der, at);
                int end = start + length(der, at);
                if ((der[at] & 0xff) == PARAMETERS) {
                    return element(SEQUENCE, EC_PUBLIC_KEY, Arrays.copyOfRange(der, start, end));
                }
                at = end;
            }
        } catch (IndexOutOfBoundsException _) {
            // Told below.
        }
        throw new TlsException(name + ": the key does not name its curve");
    }

    private static int content(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first - 0x80);
    }

    private static int length(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        int length = first < 0x80 ? first : 0;
        for (int i = 0; first >= 0x80 && i < first - 0x80; i++) {
            length = (length << 8) | (der[at + 2 + i] & 0xff);
        }
        return length;
    }

    private static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            body.writeBytes(part);
        }
        int length = body.size();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = (39 - Integer.numberOfLeadingZeros(length)) / 8;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >> (8 * i));
            }
        }
        out.writeBytes(body.toByteArray());
        return out.toByteArray();
    }
}
