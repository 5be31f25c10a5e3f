package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        int strictPort = Instance.freePort();
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
                Instance.Outcome outcome = instance.run("", "bin/postfix",
                        question.arguments(Integer.toString(port)).toArray(String[]::new));
                List<String> live = live(port, question);
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
            }
        }
    }

    /** The replies from the greeting on, until one refuses. */
    private static List<String> live(int port, Question question) throws IOException {
        List<String> replies = new ArrayList<>();
        try (SmtpClient client = new SmtpClient(port)) {
            SmtpClient.expect("220", client.reply());
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
