package org.postrider.smtpd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677), with the channel binding {@code
 * tls-server-end-point}. The server's last message goes as a challenge with an empty answer, as SMTP's success carries no data (RFC
 * 4954 section 4). Text in which one char is one byte.
 */
final class ScramExchange implements Authenticator.Exchange {
    /** Finds what is kept of a user's password. */
    @FunctionalInterface
    interface Users {
        Found find(String user) throws IOException;
    }

    /** What there is of a user. */
    sealed interface Found {
        /**
         * The user's keys.
         *
         * @param real false when there is no such user and the keys are made up, so that nobody learns that
         */
        record Keys(String user, ScramKeys keys, boolean real) implements Found {}

        record Unavailable(String reason) implements Found {}
    }

    /** The binding that is there with every version of TLS. */
    private static final String BINDING = "tls-server-end-point";
    private static final Pattern FIRST = Pattern
            .compile(
                    "((n|y|p=([A-Za-z0-9.-]+)),(?:a=([^,\\x00]+))?,)(n=([^,\\x00]+),r=([\\x21-\\x2b\\x2d-\\x7e]+)(?:,.*)?)",
                    Pattern.DOTALL);
    private static final Pattern LAST = Pattern
            .compile("(c=([A-Za-z0-9+/=]+),r=([\\x21-\\x2b\\x2d-\\x7e]+)(?:,[^\\x00]*)?),p=([A-Za-z0-9+/]+=*)");
    private static final int LONGEST_NONCE = 256;
    private static final Authenticator.Step BAD_PROTOCOL = new Authenticator.Step.Failure("bad protocol / cancel", "");

    /** Whose turn it is. */
    private sealed interface State {
        record First() implements State {}

        record Last(Found.Keys user, String header, String nonce, String soFar) implements State {}

        record Proved(String user) implements State {}

        record Over() implements State {}
    }

    private final boolean bound;
    private final Optional<String> endPoint;
    private final Users users;
    private final String ownNonce;
    private State state = new State.First();

    /**
     * @param bound true for the mechanism with -PLUS
     * @param endPoint the channel's binding; empty where the mechanism with -PLUS is not offered
     * @param ownNonce the server's part, printable, never the same twice
     */
    ScramExchange(boolean bound, Optional<String> endPoint, Users users, String ownNonce) {
        this.bound = bound;
        this.endPoint = endPoint;
        this.users = users;
        this.ownNonce = ownNonce;
    }

    @Override
    public Authenticator.Step answer(String response) throws IOException {
        Optional<String> text = decoded(response);
        if (text.isEmpty()) {
            return new Authenticator.Step.Failure("Invalid base64 data", "");
        }
        return switch (state) {
            case State.First() -> first(text.get());
            case State.Last last -> last(last, text.get());
            case State.Proved(String user) -> {
                state = new State.Over();
                yield text.get().isEmpty() ? new Authenticator.Step.Success(user) : BAD_PROTOCOL;
            }
            case State.Over() -> BAD_PROTOCOL;
        };
    }

    private Authenticator.Step first(String message) throws IOException {
        state = new State.Over();
        Matcher parts = FIRST.matcher(message);
        if (!parts.matches() || parts.group(7).length() > LONGEST_NONCE) {
            return BAD_PROTOCOL;
        }
        Optional<String> name = name(parts.group(6));
        boolean actsForAnother = parts.group(4) != null && !name(parts.group(4)).equals(name);
        if (name.isEmpty() || actsForAnother || !bindingIsRight(parts.group(2), parts.group(3))) {
            return BAD_PROTOCOL;
        }
        return switch (users.find(name.get())) {
            case Found.Unavailable(String reason) -> new Authenticator.Step.TryLater(reason);
            case Found.Keys user -> {
                String nonce = parts.group(7) + ownNonce;
                String mine = "r=" + nonce + ",s=" + user.keys().saltText() + ",i=" + user.keys().iterations();
                state = new State.Last(user, parts.group(1), nonce, parts.group(5) + "," + mine);
                yield challenge(mine);
            }
        };
    }

    /**
     * Section 6: the flag says y when the client could bind the channel and did not hear that the server can; where it was told, somebody
     * between them has changed the list.
     */
    private boolean bindingIsRight(String flag, String type) {
        return switch (flag) {
            case "n" -> !bound;
            case "y" -> !bound && endPoint.isEmpty();
            default -> bound && endPoint.isPresent() && type.equals(BINDING);
        };
    }

    /** Section 5.1: a comma is written =2C and an equals sign =3D. */
    private static Optional<String> name(String escaped) {
        String rest = escaped.replaceAll("=(2C|3D)", "");
        return rest.indexOf('=') >= 0
                ? Optional.empty()
                : Optional.of(escaped.replace("=2C", ",").replace("=3D", "="));
    }

    private Authenticator.Step last(State.Last known, String message) {
        state = new State.Over();
        Matcher parts = LAST.matcher(message);
        if (!parts.matches()) {
            return BAD_PROTOCOL;
        }
        String binding = known.header + (bound ? endPoint.orElseThrow() : "");
        Optional<String> proof = decoded(parts.group(4));
        if (!decoded(parts.group(2)).equals(Optional.of(binding)) || !parts.group(3).equals(known.nonce)
                || proof.isEmpty()) {
            return BAD_PROTOCOL;
        }
        String conversation = known.soFar + "," + parts.group(1);
        boolean proved = known.user.keys().isProof(proof.get().getBytes(StandardCharsets.ISO_8859_1), conversation);
        if (!proved || !known.user.real()) {
            return new Authenticator.Step.Failure("authentication failure", known.user.user());
        }
        state = new State.Proved(known.user.user());
        return challenge("v=" + known.user.keys().serverSignature(conversation));
    }

    private static Optional<String> decoded(String base64) {
        try {
            return Optional.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Authenticator.Step challenge(String text) {
        return new Authenticator.Step.Challenge(
                Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Override
    public void close() {
        state = new State.Over();
    }
}
