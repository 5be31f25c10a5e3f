package org.postrider.smtpd;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;

/** One user, joe, whose password is {@code secret}; the password {@code later} finds the service out of order. */
final class FakeUsers implements Authenticator {
    @Override
    public List<Mechanism> mechanisms() {
        return List.of(new Mechanism("PLAIN", EnumSet.of(Property.PLAINTEXT)),
                new Mechanism("ANONYMOUS", EnumSet.of(Property.ANONYMOUS)));
    }

    @Override
    public Begun begin(Start start) {
        Exchange exchange = new Exchange() {
            @Override
            public Step answer(String response) {
                return check(response);
            }

            @Override
            public void close() {
                // Holds nothing.
            }
        };
        return new Begun(exchange, start.hasInitial() ? check(start.initial()) : new Step.Challenge(""));
    }

    private static Step check(String response) {
        try {
            String[] words = new String(Base64.getDecoder().decode(response), StandardCharsets.ISO_8859_1)
                    .split("\0", -1);
            if (words.length == 3 && words[2].equals("later")) {
                return new Step.TryLater("out of order");
            }
            return words.length == 3 && words[1].equals("joe") && words[2].equals("secret")
                    ? new Step.Success("joe")
                    : new Step.Failure("", words.length == 3 ? words[1] : "");
        } catch (IllegalArgumentException _) {
            return new Step.Failure("Invalid base64 data", "");
        }
    }
}
