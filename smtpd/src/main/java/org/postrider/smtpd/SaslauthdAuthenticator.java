package org.postrider.smtpd;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
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
            new Mechanism("LOGIN", Authenticator.PASSWORDS), new Mechanism("PLAIN", Authenticator.PASSWORDS));

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
        return PasswordExchange.begin(start, this::check);
    }

    private Step check(String user, String password) throws IOException {
        if (user.isEmpty()) {
            // What the Cyrus library makes of it.
            return new Step.TryLater("generic failure");
        }
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
