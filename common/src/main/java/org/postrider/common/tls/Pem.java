package org.postrider.common.tls;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Textual encodings of keys and certificates (RFC 7468). */
final class Pem {
    private static final Pattern BLOCK = Pattern
            .compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final Pattern ENCRYPTED = Pattern.compile("ENCRYPTED");

    /** One object. */
    static final class Block {
        private final String label;
        private final byte[] der;

        Block(String label, byte[] der) {
            this.label = label;
            this.der = der;
        }

        /** {@code CERTIFICATE}, {@code PRIVATE KEY}, ... */
        String label() {
            return label;
        }

        /** Its bytes; not to be changed. */
        byte[] der() {
            return der;
        }

        boolean isCertificate() {
            return label.equals("CERTIFICATE") || label.equals("X509 CERTIFICATE")
                    || label.equals("TRUSTED CERTIFICATE");
        }

        boolean isKey() {
            return label.endsWith("PRIVATE KEY");
        }
    }

    private Pem() {}

    /**
     * Every object in the text, in order; what stands between them is comment.
     *
     * @param name of the file, for the complaint
     */
    static List<Block> read(byte[] text, String name) throws TlsException {
        String all = new String(text, StandardCharsets.ISO_8859_1);
        if (ENCRYPTED.matcher(all).find()) {
            throw new TlsException(name + ": keys with a passphrase can't be used");
        }
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(all);
        while (matcher.find()) {
            try {
                blocks.add(new Block(matcher.group(1).toUpperCase(Locale.ROOT),
                        Base64.getMimeDecoder().decode(matcher.group(2))));
            } catch (IllegalArgumentException e) {
                throw new TlsException(name + ": " + e.getMessage());
            }
        }
        return blocks;
    }
}
