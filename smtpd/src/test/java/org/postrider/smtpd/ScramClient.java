package org.postrider.smtpd;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The client's side of SCRAM-SHA-256, as RFC 5802 section 3 has it. Speaks Base64. */
final class ScramClient {
    private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";

    private final String header;
    private final String binding;
    private final String bare;
    private final String password;
    private String signature = "";

    /**
     * @param header the GS2 header, {@code n,,}
     * @param binding the channel's, one char a byte
     */
    ScramClient(String header, String binding, String user, String password) {
        this.header = header;
        this.binding = binding;
        this.bare = "n=" + user + ",r=" + NONCE;
        this.password = password;
    }

    static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
    }

    String first() {
        return encoded(header + bare);
    }

    /** Answers the server's first message. */
    String last(String challenge) {
        String server = decoded(challenge);
        String nonce = server.substring(2, server.indexOf(",s="));
        byte[] salt = Base64.getDecoder().decode(server.substring(server.indexOf(",s=") + 3, server.indexOf(",i=")));
        int iterations = Integer.parseInt(server.substring(server.indexOf(",i=") + 3));
        try {
            byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, 256)).getEncoded();
            byte[] key = hmac(salted, "Client Key");
            String without = "c=" + encoded(header + binding) + ",r=" + nonce;
            String all = bare + "," + server + "," + without;
            byte[] proof = hmac(MessageDigest.getInstance("SHA-256").digest(key), all);
            for (int i = 0; i < proof.length; i++) {
                proof[i] ^= key[i];
            }
            signature = "v=" + Base64.getEncoder().encodeToString(hmac(hmac(salted, "Server Key"), all));
            return encoded(without + ",p=" + Base64.getEncoder().encodeToString(proof));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** True when the server has shown that it knows the password too. */
    boolean believes(String challenge) {
        return decoded(challenge).equals(signature);
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
