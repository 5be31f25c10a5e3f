package org.postrider.smtpd;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a server keeps of a password for SCRAM-SHA-256 (RFC 5802 section 3, RFC 7677): enough to check it, not enough to log in
 * elsewhere. Immutable.
 */
final class ScramKeys {
    /** The least that RFC 7677 section 4 wants. */
    static final int USUAL_ITERATIONS = 4096;
    private static final int MOST_ITERATIONS = 10_000_000;
    private static final int BYTES = 32;
    private static final String CLIENT_KEY = "Client Key";
    private static final String SERVER_KEY = "Server Key";

    private final int iterations;
    private final byte[] salt;
    private final byte[] stored;
    private final byte[] server;

    private ScramKeys(int iterations, byte[] salt, byte[] stored, byte[] server) {
        this.iterations = iterations;
        this.salt = salt;
        this.stored = stored;
        this.server = server;
    }

    /** Makes them of a password that was prepared, one char a byte. Takes as long as the iterations are meant to cost. */
    static ScramKeys derive(String password, byte[] salt, int iterations) {
        byte[] salted = salted(password, salt, iterations);
        return new ScramKeys(iterations, salt.clone(), sha256(hmac(salted, CLIENT_KEY)), hmac(salted, SERVER_KEY));
    }

    /**
     * Reads {@code iterations<a>salt<b>StoredKey<c>ServerKey}, three of them Base64: commas as Dovecot's {@code doveadm pw} writes
     * them, or {@code 4096:salt$StoredKey:ServerKey} of RFC 5803.
     */
    static Optional<ScramKeys> parse(String text) {
        String[] parts = text.split("[,:$]", -1);
        if (parts.length != 4 || !parts[0].matches("[0-9]{1,8}")) {
            return Optional.empty();
        }
        try {
            int iterations = Integer.parseInt(parts[0]);
            Base64.Decoder decoder = Base64.getDecoder();
            byte[] salt = decoder.decode(parts[1]);
            byte[] stored = decoder.decode(parts[2]);
            byte[] server = decoder.decode(parts[3]);
            boolean good = iterations > 0 && iterations <= MOST_ITERATIONS && salt.length > 0 && stored.length == BYTES
                    && server.length == BYTES;
            return good ? Optional.of(new ScramKeys(iterations, salt, stored, server)) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** A salt for a user who has none: the same for the same secret, and not to be guessed without it. */
    static byte[] salt(byte[] secret, String user, int bytes) {
        return Arrays.copyOf(hmac(secret, user), bytes);
    }

    /** The same number of iterations with another salt; no password belongs to it. */
    ScramKeys ofNobody(byte[] other) {
        return new ScramKeys(iterations, other.clone(), sha256(other), sha256(other));
    }

    int iterations() {
        return iterations;
    }

    /** In Base64, as the client hears it. */
    String saltText() {
        return Base64.getEncoder().encodeToString(salt);
    }

    /** True when the keys are those of this password, prepared. As slow as {@link #derive}. */
    boolean belongTo(String password) {
        return MessageDigest.isEqual(stored, sha256(hmac(salted(password, salt, iterations), CLIENT_KEY)));
    }

    /** True when only one who has the password could make this proof. */
    boolean isProof(byte[] proof, String conversation) {
        byte[] signature = hmac(stored, conversation);
        if (proof.length != BYTES) {
            return false;
        }
        byte[] key = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            key[i] = (byte) (proof[i] ^ signature[i]);
        }
        return MessageDigest.isEqual(stored, sha256(key));
    }

    /** What shows to the client that the server knows the keys, Base64. */
    String serverSignature(String conversation) {
        return Base64.getEncoder().encodeToString(hmac(server, conversation));
    }

    private static byte[] salted(String password, byte[] salt, int iterations) {
        String text = new String(password.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        PBEKeySpec spec = new PBEKeySpec(text.toCharArray(), salt, iterations, BYTES * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } finally {
            spec.clearPassword();
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
