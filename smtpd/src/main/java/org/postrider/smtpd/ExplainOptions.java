package org.postrider.smtpd;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.postrider.common.config.ConfigurationException;

/**
 * The command line of {@code postfix explain}: who the client is and what it says.
 *
 * @param service of master.cf, {@code name} or {@code name/type}; empty for the first smtpd that listens to the network
 * @param name of the client; empty to look it up
 * @param reverseName of the client, before it was confirmed; empty for the same
 * @param helo what the client says in EHLO; empty for its name or address
 * @param login who it has logged in as
 * @param tls the session is encrypted
 * @param certificate a file in PEM form: what the client has shown
 * @param trusted the certificate leads to an authority that is trusted
 * @param size what SIZE= announces; empty for nothing
 */
record ExplainOptions(Optional<InetAddress> client, String service, String name, String reverseName, String helo,
        String sender, String recipient, Optional<Login> login, boolean tls, Optional<Path> certificate,
        boolean trusted, String size, boolean json, boolean help) {
    static final String USAGE = """
            Usage: postfix [-c config_dir] explain --client ADDRESS --recipient ADDRESS [OPTION...]

            Tells what smtpd would say to a client, and which restriction decides. Nothing is
            sent, queued or counted; tables, DNS, policy servers and the address verification
            service are really asked. The mail system has to run.

              --client ADDRESS      the client's IP address
              --name NAME           its name ("unknown" for none); else it is looked up
              --reverse-name NAME   its name before it was confirmed; else the same as --name
              --helo NAME           what it says in EHLO; else its name, or [ADDRESS]
              --sender ADDRESS      of MAIL FROM; else the null sender
              --recipient ADDRESS   of RCPT TO
              --size BYTES          SIZE= of MAIL FROM
              --login USER          it has logged in as USER
              --mechanism NAME      by this SASL mechanism; else PLAIN
              --tls                 the session is encrypted
              --certificate FILE    with this certificate of the client (PEM); includes --tls
              --trusted             which leads to an authority that is trusted
              --service NAME        the service of master.cf, NAME or NAME/TYPE; else the first
                                    smtpd that listens to the network
              --json                one JSON object a line
              -h, --help            this text

            Exit status: 0 accepted, 2 refused for now, 3 refused for good, 1 not to be told.
            """;

    /** @throws ConfigurationException for a line that can't be understood */
    static ExplainOptions parse(List<String> arguments) {
        Deque<String> words = new ArrayDeque<>(arguments.stream().map(ExplainOptions::bytes).toList());
        Draft draft = new Draft();
        while (!words.isEmpty()) {
            draft.take(words.removeFirst(), words);
        }
        return draft.finish();
    }

    /** Text is one char for one byte from here on. */
    private static String bytes(String argument) {
        return new String(argument.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** What was given so far. */
    private static final class Draft {
        private Optional<InetAddress> client = Optional.empty();
        private String service = "";
        private String name = "";
        private String reverseName = "";
        private String helo = "";
        private String sender = "";
        private String recipient = "";
        private String login = "";
        private String mechanism = "PLAIN";
        private boolean tls;
        private Optional<Path> certificate = Optional.empty();
        private boolean trusted;
        private String size = "";
        private boolean json;
        private boolean help;

        void take(String option, Deque<String> rest) {
            switch (option) {
                case "-h", "--help" -> help = true;
                case "--json" -> json = true;
                case "--tls" -> tls = true;
                case "--trusted" -> trusted = true;
                case "--client" -> client = Optional.of(address(value(option, rest)));
                case "--service" -> service = value(option, rest);
                case "--name" -> name = value(option, rest);
                case "--reverse-name" -> reverseName = value(option, rest);
                case "--helo" -> helo = value(option, rest);
                case "--sender" -> sender = plain(value(option, rest));
                case "--recipient" -> recipient = plain(value(option, rest));
                case "--login" -> login = value(option, rest);
                case "--mechanism" -> mechanism = value(option, rest);
                case "--certificate" -> {
                    certificate = Optional.of(Path.of(value(option, rest)).toAbsolutePath());
                    tls = true;
                }
                case "--size" -> size = value(option, rest);
                default -> throw new ConfigurationException("explain: unknown option " + option + ", try -h");
            }
        }

        private static String value(String option, Deque<String> rest) {
            if (rest.isEmpty()) {
                throw new ConfigurationException("explain: " + option + " needs a value");
            }
            String value = rest.removeFirst();
            if (value.chars().anyMatch(c -> c < ' ' || c == 127)) {
                throw new ConfigurationException("explain: " + option + ": control characters are not allowed");
            }
            return value;
        }

        private static InetAddress address(String text) {
            return Forwarded.address(text).or(() -> Forwarded.address("IPv6:" + text)).orElseThrow(
                    () -> new ConfigurationException("explain: --client: no IP address: " + text));
        }

        /** Without the brackets, which belong to the command. */
        private static String plain(String address) {
            return address.startsWith("<") && address.endsWith(">")
                    ? address.substring(1, address.length() - 1)
                    : address;
        }

        ExplainOptions finish() {
            if (!help && client.isEmpty()) {
                throw new ConfigurationException("explain: --client is missing, try -h");
            }
            if (!help && recipient.isEmpty()) {
                throw new ConfigurationException("explain: --recipient is missing, try -h");
            }
            return new ExplainOptions(client, service, name, reverseName, helo, sender, recipient,
                    login.isEmpty() ? Optional.empty() : Optional.of(new Login(mechanism, login)), tls, certificate,
                    trusted, size, json, help);
        }
    }
}
