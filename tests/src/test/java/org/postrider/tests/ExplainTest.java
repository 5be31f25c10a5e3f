package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** {@code postfix explain} says what the server says to the same client, which XCLIENT plays. */
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class ExplainTest {
    @TempDir
    Path folder;

    /** A client and its message; with a login where that is not empty. */
    private record Question(boolean strict, String address, String name, String login, String helo, String sender,
            String recipient) {
        List<String> arguments(String service) {
            List<String> arguments = new ArrayList<>(List.of("explain", "--service", service, "--client", address,
                    "--name", name, "--helo", helo, "--sender", sender, "--recipient", recipient));
            if (!login.isEmpty()) {
                arguments.addAll(List.of("--login", login));
            }
            return arguments;
        }

        String xclient() {
            return "XCLIENT ADDR=" + address + " NAME=" + (name.equals("unknown") ? "[UNAVAILABLE]" : name)
                    + " REVERSE_NAME=" + (name.equals("unknown") ? "[UNAVAILABLE]" : name)
                    + (login.isEmpty() ? "" : " LOGIN=" + login);
        }
    }

    /** What a client does about encryption. */
    private record Shown(boolean encrypted, Optional<Path> certificate, boolean trusted) {
        static final Shown IN_THE_CLEAR = new Shown(false, Optional.empty(), false);

        List<String> arguments() {
            List<String> arguments = new ArrayList<>(encrypted ? List.of("--tls") : List.of());
            certificate.ifPresent(file -> arguments.addAll(List.of("--certificate", file.toString())));
            if (trusted) {
                arguments.add("--trusted");
            }
            return arguments;
        }
    }

    private static final List<Question> QUESTIONS = List.of(
            plain("192.0.2.1", "a.example.net", "me@example.net", "user@mail.example.test"),
            plain("192.0.2.1", "a.example.net", "me@example.net", "you@elsewhere.test"),
            plain("10.1.2.3", "in.example.net", "me@example.net", "you@elsewhere.test"),
            plain("203.0.113.9", "bad.example.net", "me@example.net", "user@mail.example.test"),
            plain("192.0.2.1", "unknown", "me@example.net", "user@mail.example.test"),
            plain("192.0.2.1", "a.example.net", "later@example.net", "user@mail.example.test"),
            plain("192.0.2.1", "a.example.net", "data@example.net", "user@mail.example.test"),
            new Question(false, "192.0.2.1", "a.example.net", "joe", "a", "x@example.net", "you@elsewhere.test"),
            new Question(true, "203.0.113.9", "bad.example.net", "", "a.example.net", "", "user@mail.example.test"),
            new Question(true, "192.0.2.1", "a.example.net", "joe", "a.example.net", "later@example.net",
                    "you@elsewhere.test"));

    private static Question plain(String address, String name, String sender, String recipient) {
        return new Question(false, address, name, "", "a.example.net", sender, recipient);
    }

    @Test
    void saysWhatTheServerSays() throws Exception {
        int strictPort = Ports.free();
        try (Instance instance = new Instance(folder).set("smtpd_authorized_xclient_hosts", "127.0.0.1")
                .set("mynetworks", "127.0.0.0/8 10.0.0.0/8").set("local_recipient_maps", "inline:{user=x}")
                .set("smtpd_restriction_classes", "strangers")
                .set("strangers", "reject_unknown_reverse_client_hostname")
                .set("smtpd_client_restrictions",
                        "check_client_access cidr:{{203.0.113.0/24 REJECT not you}, {0.0.0.0/0 strangers}}")
                .set("smtpd_helo_restrictions", "reject_invalid_helo_hostname")
                .set("smtpd_sender_restrictions", "warn_if_reject reject_non_fqdn_sender, check_sender_access"
                        + " inline:{later@example.net=defer_if_permit}")
                .set("smtpd_relay_restrictions",
                        "permit_mynetworks permit_sasl_authenticated reject_unauth_destination")
                .set("smtpd_data_restrictions", "check_sender_access inline:{data@example.net=REJECT}")
                .service(strictPort + " inet n - n - - smtpd -o smtpd_delay_reject=no")
                .start()) {
            for (Question question : QUESTIONS) {
                int port = question.strict ? strictPort : instance.smtpPort();
                String _ = same(instance, port, question, Shown.IN_THE_CLEAR);
            }
        }
    }

    /** Asks both; what decides. */
    private String same(Instance instance, int port, Question question, Shown shown) throws Exception {
        List<String> arguments = question.arguments(Integer.toString(port));
        arguments.addAll(shown.arguments());
        Instance.Outcome outcome = instance.run("", "bin/postfix", arguments.toArray(String[]::new));
        List<String> live = live(port, question, shown);
        assertThat(outcome.text().lines().filter(line -> line.matches("(CONNECT|EHLO|MAIL|RCPT|DATA).*"))
                .map(line -> line.substring(line.indexOf(": ") + 2)).toList())
                .as(question + "\n" + outcome.text()).isEqualTo(live);
        assertThat(outcome.text()).contains("decides: ")
                .endsWith("reply: " + live.reversed().stream()
                        .filter(reply -> !reply.startsWith("354")).findFirst().orElseThrow() + "\n");
        assertThat(outcome.status()).isEqualTo(switch (live.getLast().charAt(0)) {
            case '4' -> 2;
            case '5' -> 3;
            default -> 0;
        });
        return outcome.text().replaceFirst("(?s).*\ndecides: ([^\n]*)\n.*", "$1");
    }

    /** Who is encrypted, and shows a certificate; which one is known, and who signed it is trusted or not. */
    @Tag("peers")
    @Test
    void certificatesCountAsTheyDoForTheServer() throws Exception {
        Prerequisites.programs(ExplainTest.class, "openssl");
        KeyFiles.make(folder, "server", "localhost", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
        KeyFiles.make(folder, "ca", "authority.example.test", "rsa:2048");
        Path listed = KeyFiles.make(folder, "listed", "listed.example.test", "rsa:2048");
        Path strange = KeyFiles.make(folder, "strange", "strange.example.test", "rsa:2048");
        KeyFiles.signed(folder, "trusted", "ca");
        Path trusted = folder.resolve("trusted.pem");
        Question relayed = plain("192.0.2.1", "a.example.net", "me@example.net", "you@elsewhere.test");
        Question local = plain("192.0.2.1", "a.example.net", "me@example.net", "user@mail.example.test");
        try (Instance instance = new Instance(folder).set("smtpd_authorized_xclient_hosts", "127.0.0.1")
                .set("smtpd_tls_security_level", "may").set("smtpd_tls_ask_ccert", "yes")
                .set("smtpd_tls_chain_files", folder.resolve("server.key") + " " + folder.resolve("server.pem"))
                .set("smtpd_tls_CAfile", folder.resolve("ca.pem").toString()).set("smtpd_delay_reject", "yes")
                .set("relay_clientcerts", "inline:{ {" + fingerprint(listed) + "=x} }")
                .set("smtpd_data_restrictions", "reject_unauth_pipelining")
                .set("smtpd_restriction_classes", "known").set("known", "permit_tls_all_clientcerts, reject")
                .set("smtpd_relay_restrictions", "permit_tls_clientcerts, reject_unauth_destination")
                .set("smtpd_recipient_restrictions",
                        "reject_plaintext_session, check_ccert_access inline:{ {" + fingerprint(strange)
                                + "=REJECT not you} }, check_recipient_access inline:{user@mail.example.test=known}")
                .start()) {
            List<String> decided = new ArrayList<>();
            for (Question question : List.of(relayed, local)) {
                decided.add(same(instance, instance.smtpPort(), question, Shown.IN_THE_CLEAR));
                for (Path certificate : List.of(folder, listed, strange, trusted)) {
                    decided.add(same(instance, instance.smtpPort(), question,
                            new Shown(true, Optional.of(certificate).filter(Files::isRegularFile),
                                    certificate.equals(trusted))));
                }
            }
            assertThat(decided.stream().map(line -> line.replaceFirst("[, ].*", ""))).containsExactly(
                    "reject_unauth_destination", "reject_unauth_destination", "permit_tls_clientcerts",
                    "reject_unauth_destination", "reject_unauth_destination", "reject_plaintext_session", "reject",
                    "permit_tls_clientcerts", "check_ccert_access", "nothing");
        }
    }

    private static String fingerprint(Path certificate) throws Exception {
        return HexFormat.ofDelimiter(":").withUpperCase().formatHex(
                MessageDigest.getInstance("SHA-256").digest(SmtpClient.certificate(certificate).getEncoded()));
    }

    /** The replies from the greeting on, until one refuses. */
    private List<String> live(int port, Question question, Shown shown) throws IOException {
        List<String> replies = new ArrayList<>();
        try (SmtpClient client = new SmtpClient(port)) {
            SmtpClient.expect("220", client.reply());
            if (shown.encrypted) {
                SmtpClient.expect("220", client.command("STARTTLS"));
                client.encrypt(folder.resolve("server.pem"), shown.certificate);
            }
            replies.add(client.command(question.xclient()));
            for (String command : List.of("EHLO " + question.helo, "MAIL FROM:<" + question.sender + ">",
                    "RCPT TO:<" + question.recipient + ">", "DATA")) {
                if (replies.getLast().charAt(0) == '2') {
                    replies.add(client.command(command));
                }
            }
        }
        return replies;
    }
}
