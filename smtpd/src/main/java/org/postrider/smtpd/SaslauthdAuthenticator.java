package org.postrider.smtpd;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import org.postrider.common.wire.Connection;
import org.postrider.common.wire.Network;

/**
 * Checks passwords with saslauthd(8): the mechanisms PLAIN (RFC 4616) and LOGIN, which give the password away. One request a
 * connection: four strings with their lengths in two bytes before them (user, password, service, realm), one such string for an answer.
 */
final class SaslauthdAuthenticator implements Authenticator {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LONGEST = 1024;
    private static final List<Mechanism> MECHANISMS = List.of(
            new Mechanism("LOGIN", EnumSet.of(Property.PLAINTEXT)),
            new Mechanism("PLAIN", EnumSet.of(Property.PLAINTEXT)));

    private final Network network;
    private final Path socket;
    private final List<Mechanism> mechanisms;
    private final String service;
    private final String realm;

    /**
     * @param allowed names of mechanisms; empty for all
     * @param service smtpd_sasl_service
     * @param realm smtpd_sasl_local_domain
     */
    SaslauthdAuthenticator(Network network, Path socket, List<String> allowed, String service, String realm) {
        this.network = network;
        this.socket = socket;
        this.mechanisms = MECHANISMS.stream()
                .filter(one -> allowed.isEmpty() || allowed.stream().anyMatch(one.name()::equalsIgnoreCase)).toList();
        this.service = service;
        this.realm = realm;
    }

    @Override
    public List<Mechanism> mechanisms() {
        return mechanisms;
    }

    @Override
    public Begun begin(Start start) throws IOException {
        Exchange exchange = start.mechanism().equals("PLAIN") ? new Plain() : new LoginDialogue();
        if (start.hasInitial()) {
            return new Begun(exchange, exchange.answer(start.initial()));
        }
        String first = start.mechanism().equals("PLAIN") ? "" : encoded("Username:");
        return new Begun(exchange, new Step.Challenge(first));
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String decoded(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.ISO_8859_1);
    }

    private final class Plain implements Exchange {
        @Override
        public Step answer(String response) throws IOException {
            try {
                String[] parts = decoded(response).split("\0", -1);
                boolean good = parts.length == 3 && (parts[0].isEmpty() || parts[0].equals(parts[1]));
                return good ? check(parts[1], parts[2]) : new Step.Failure("bad protocol / cancel", "");
            } catch (IllegalArgumentException _) {
                return new Step.Failure("Invalid base64 data", "");
            }
        }

        @Override
        public void close() {
            // Nothing is held between two requests.
        }
    }

    private final class LoginDialogue implements Exchange {
        private String user = "";

        @Override
        public Step answer(String response) throws IOException {
            try {
                String text = decoded(response);
                if (user.isEmpty() && !text.isEmpty()) {
                    user = text;
                    return new Step.Challenge(encoded("Password:"));
                }
                return user.isEmpty() ? new Step.Failure("bad protocol / cancel", "") : check(user, text);
            } catch (IllegalArgumentException _) {
                return new Step.Failure("Invalid base64 data", user);
            }
        }

        @Override
        public void close() {
            // Nothing is held between two requests.
        }
    }

    private Step check(String user, String password) throws IOException {
        String login = user;
        String domain = realm;
        int at = user.lastIndexOf('@');
        if (at > 0) {
            login = user.substring(0, at);
            domain = user.substring(at + 1);
        }
        String answer = ask(login, password, domain);
        if (answer.startsWith("OK")) {
            return new Step.Success(user);
        }
        return new Step.Failure("authentication failure", user);
    }

    private String ask(String user, String password, String domain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream request = new DataOutputStream(bytes);
        for (String part : List.of(user, password, service, domain)) {
            byte[] text = part.getBytes(StandardCharsets.ISO_8859_1);
            if (text.length > LONGEST) {
                return "NO";
            }
            request.writeShort(text.length);
            request.write(text);
        }
        try (Connection connection = network.connect(socket, PATIENCE)) {
            connection.timeout(PATIENCE);
            connection.out().write(bytes.toByteArray());
            connection.out().flush();
            int length = connection.in().read() << 8 | connection.in().read();
            byte[] answer = length < 0 || length > LONGEST ? new byte[0] : connection.in().readNBytes(length);
            if (length < 0 || answer.length < 2) {
                throw new IOException("no answer from saslauthd");
            }
            return new String(answer, StandardCharsets.ISO_8859_1);
        }
    }
}
