package org.postrider.smtpd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The client's side of PLAIN (RFC 4616) and LOGIN, the mechanisms that give the password away. Text in which one char is one byte. */
final class PasswordExchange implements Authenticator.Exchange {
    /** Says whether this is the user's password. */
    @FunctionalInterface
    interface Check {
        Authenticator.Step check(String user, String password) throws IOException;
    }

    private static final Authenticator.Step BAD_PROTOCOL = new Authenticator.Step.Failure("bad protocol / cancel", "");

    private final boolean plain;
    private final Check check;
    private String user = "";

    private PasswordExchange(boolean plain, Check check) {
        this.plain = plain;
        this.check = check;
    }

    /** Begins an exchange of either mechanism. */
    static Authenticator.Begun begin(Authenticator.Start start, Check check) throws IOException {
        boolean plain = start.mechanism().equals("PLAIN");
        PasswordExchange exchange = new PasswordExchange(plain, check);
        Authenticator.Step first = start.hasInitial()
                ? exchange.answer(start.initial())
                : new Authenticator.Step.Challenge(plain ? "" : encoded("Username:"));
        return new Authenticator.Begun(exchange, first);
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public Authenticator.Step answer(String response) throws IOException {
        String text;
        try {
            text = new String(Base64.getDecoder().decode(response), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException _) {
            return new Authenticator.Step.Failure("Invalid base64 data", user);
        }
        return plain ? message(text) : word(text);
    }

    private Authenticator.Step message(String text) throws IOException {
        String[] parts = text.split("\0", -1);
        boolean good = parts.length == 3 && (parts[0].isEmpty() || parts[0].equals(parts[1]));
        return good ? check.check(parts[1], parts[2]) : BAD_PROTOCOL;
    }

    private Authenticator.Step word(String text) throws IOException {
        if (!user.isEmpty()) {
            return check.check(user, text);
        }
        user = text;
        return user.isEmpty() ? BAD_PROTOCOL : new Authenticator.Step.Challenge(encoded("Password:"));
    }

    @Override
    public void close() {
        // Nothing is held between two requests.
    }
}
