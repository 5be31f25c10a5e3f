package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.ConfigurationLines;
import org.postrider.common.config.MainCf;

/** postfix explain on the world of the transcripts. */
class ExplainTest {
    private static final String MAIN = """
            smtpd_restriction_classes = strict
            strict =
                # who has no domain
                reject_non_fqdn_sender,
                check_sender_access inline:{{class@example.net=REJECT not this class}}
            outsiders = reject_unauth_destination
            smtpd_client_restrictions = check_client_access inline:{
                {192.0.2.66=REJECT not you}, 192.0.2.67=strict}
            smtpd_sender_restrictions = warn_if_reject reject_non_fqdn_sender,
                check_sender_access inline:{held@example.net=HOLD,later@example.net=defer_if_permit,gone@example.net=DISCARD}
            smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated
                $outsiders
            """;

    @TempDir
    private Path directory;

    private ExplainReport report(String... arguments) throws IOException {
        Files.writeString(directory.resolve("main.cf"), MAIN);
        Files.writeString(directory.resolve("master.cf"),
                """
                        smtp inet n - n - - smtpd
                            -o smtpd_data_restrictions=reject_unauth_pipelining,check_sender_access,inline:{data@example.net=REJECT}
                            -o { smtpd_end_of_data_restrictions = permit }
                        """);
        RestrictionPlaces places = RestrictionPlaces.read(directory, "smtp/inet");
        FakeWorld world = new FakeWorld().set("notify_classes", "");
        MainCf.parse(MAIN, "main.cf").settings().forEach(world::set);
        ConfigurationLines.overrides(directory.resolve("master.cf"), "smtp/inet")
                .forEach(setting -> world.set(setting.name(), setting.value()));
        List<String> all = new ArrayList<>(List.of("--name", "client.example.net", "--recipient", "user@example.com"));
        all.addAll(List.of(arguments));
        ExplainOptions options = ExplainOptions.parse(all);
        String address = options.client().orElseThrow().getHostAddress();
        ExplainReport report = Explain.play(options, world.siteWithoutEffect(),
                FakeWorld.client(address, options.name()),
                Optional.empty(), places);
        assertThat(world.cleanup().accepted()).isEmpty();
        return report;
    }

    private interface Printing {
        void to(PrintStream out);
    }

    private String text(Printing printing) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        printing.to(new PrintStream(out, true, StandardCharsets.ISO_8859_1));
        return out.toString(StandardCharsets.ISO_8859_1).replace(directory.toString(), "DIR");
    }

    private String explain(String... arguments) throws IOException {
        return text(report(arguments)::print);
    }

    @Test
    void everyRestrictionIsToldWithItsAnswerAndItsPlace() throws IOException {
        ExplainReport report = report("--client", "192.0.2.1", "--sender", "me", "--recipient", "you@example.org");

        assertThat(report.status()).isEqualTo(3);
        assertThat(text(report::print)).isEqualTo(
                """
                        CONNECT: 220 mail.example.com ESMTP Postrider
                        EHLO client.example.net: 250 CHUNKING
                        MAIL FROM:<me>: 250 2.1.0 Ok
                        RCPT TO:<you@example.org>: 554 5.7.1 <you@example.org>: Relay access denied
                            smtpd_client_restrictions
                                check_client_access inline:{ {192.0.2.66=REJECT not you}, 192.0.2.67=strict}: no opinion (smtpd_client_restrictions, DIR/main.cf, line 7)
                            smtpd_sender_restrictions
                                reject_non_fqdn_sender: only a warning of 504 5.5.2 <me>: Sender address rejected: need fully-qualified address (smtpd_sender_restrictions, DIR/main.cf, line 9)
                                check_sender_access inline:{held@example.net=HOLD,later@example.net=defer_if_permit,gone@example.net=DISCARD}: no opinion (smtpd_sender_restrictions, DIR/main.cf, line 10)
                            smtpd_relay_restrictions
                                permit_mynetworks: no opinion (smtpd_relay_restrictions, DIR/main.cf, line 11)
                                permit_sasl_authenticated: no opinion (smtpd_relay_restrictions, DIR/main.cf, line 11)
                                reject_unauth_destination: 554 5.7.1 <you@example.org>: Relay access denied (smtpd_relay_restrictions, DIR/main.cf, line 6)
                        decides: reject_unauth_destination, smtpd_relay_restrictions, DIR/main.cf, line 6
                        reply: 554 5.7.1 <you@example.org>: Relay access denied
                        """);
    }

    @Test
    void classesAndWhatTablesSayAreFollowed() throws IOException {
        assertThat(explain("--client", "192.0.2.67", "--sender", "class@example.net")).contains(
                "    smtpd_client_restrictions\n        check_client_access inline:{ {",
                "\n            strict: 554 5.7.1 <class@example.net>: Sender address rejected: not this class"
                        + " (said by check_client_access inline:{ {",
                "\n                reject_non_fqdn_sender: no opinion (strict, DIR/main.cf, line 4)\n"
                        + "                check_sender_access inline:{{class@example.net=REJECT not this class}}: 554",
                "decides: check_sender_access inline:{{class@example.net=REJECT not this class}}, strict, DIR/main.cf, line 5\n");
        assertThat(explain("--client", "192.0.2.1", "--sender", "later@example.net")).contains(
                "            put aside: 450 4.7.1 <later@example.net>: Sender address rejected: Service unavailable\n",
                "decides: check_sender_access inline:{held@example.net=HOLD,later@", "reply: 450 4.7.1 <later");
    }

    @Test
    void whatLetsMailPassIsTold() throws IOException {
        String permitted = explain("--client", "127.0.0.9", "--recipient", "you@example.org");
        assertThat(permitted).contains("permit_mynetworks: permit (smtpd_relay_restrictions, DIR/main.cf, line 11)\n")
                .doesNotContain("permit_sasl_authenticated")
                .contains("decides: permit_mynetworks, smtpd_relay_restrictions, DIR/main.cf, line 11\n"
                        + "reply: 250 2.1.5 Ok\n");
        assertThat(explain("--client", "192.0.2.1", "--login", "joe", "--recipient", "you@example.org"))
                .contains("decides: permit_sasl_authenticated, smtpd_relay_restrictions");
        String local = explain("--client", "192.0.2.1", "--sender", "held@example.net");
        assertThat(local).contains("hold: <held@example.net>: Sender address triggers HOLD action\n",
                "reject_unlisted_recipient: no opinion (smtpd_reject_unlisted_recipient, default)\n",
                "decides: nothing refuses\nreply: 250 2.1.5 Ok\n")
                .contains("""
                        DATA: 354 End data with <CR><LF>.<CR><LF>
                            smtpd_data_restrictions
                                reject_unauth_pipelining: no opinion (smtpd_data_restrictions, DIR/master.cf, line 2)
                        """, "permit: permit (smtpd_end_of_data_restrictions, DIR/master.cf, line 3)\n");
        assertThat(explain("--client", "192.0.2.1", "--sender", "gone@example.net"))
                .contains("decides: check_sender_access");
    }

    @Test
    void refusalsThatNoListBringsAreToldToo() throws IOException {
        assertThat(explain("--client", "192.0.2.1", "--recipient", "nobody@example.com")).contains(
                "reject_unlisted_recipient: 550 5.1.1 <nobody@example.com>: Recipient address rejected: User unknown",
                "decides: reject_unlisted_recipient, smtpd_reject_unlisted_recipient, default\n");
        ExplainReport large = report("--client", "192.0.2.1", "--size", "99999999999");
        assertThat(large.status()).isEqualTo(3);
        assertThat(text(large::print)).contains("decides: no restriction, but the server itself\n"
                + "reply: 552 5.3.4 Message size exceeds fixed limit\n");
        ExplainReport data = report("--client", "192.0.2.1", "--sender", "data@example.net");
        assertThat(text(data::print)).contains("DATA: 554 5.7.1 <data@example.net>: Sender address rejected",
                "decides: check_sender_access inline:{data@example.net=REJECT}, smtpd_data_restrictions, DIR/master.cf, line 2\n");
    }

    @Test
    void programsGetOneObjectALine() throws IOException {
        ExplainReport report = report("--client", "192.0.2.1", "--sender", "", "--recipient", "you@example.org");
        String json = text(report::printJson);
        assertThat(json.lines().toList().get(2)).isEqualTo(
                "{\"command\": \"RCPT\", \"list\": \"smtpd_sender_restrictions\", \"restriction\": \"check_sender_access"
                        + " inline:{held@example.net=HOLD,later@example.net=defer_if_permit,gone@example.net=DISCARD}\","
                        + " \"depth\": 0, \"answer\": \"no-opinion\", \"reply\": \"\", \"put_aside\": \"\", \"actions\": \"\","
                        + " \"file\": \"DIR/main.cf\", \"line\": 10, \"decides\": false}");
        assertThat(json)
                .endsWith("{\"command\": \"RCPT\", \"reply\": \"554 5.7.1 <you@example.org>: Relay access denied\","
                        + " \"decides\": \"reject_unauth_destination\", \"list\": \"smtpd_relay_restrictions\","
                        + " \"file\": \"DIR/main.cf\", \"line\": 6}\n");
        assertThat(json.lines()).allMatch(line -> line.startsWith("{\"") && line.endsWith("}"));
    }

    @Test
    void theCommandLineIsChecked() {
        for (List<String> wrong : List.of(List.of("--client", "x", "--recipient", "a"), List.of("--client"),
                List.of("--client", "192.0.2.1"), List.of("--recipient", "a"), List.of("--nosuch"),
                List.of("--client", "::1", "--recipient", "a\r\nDATA"))) {
            assertThatThrownBy(() -> ExplainOptions.parse(wrong)).isInstanceOf(ConfigurationException.class)
                    .hasMessageStartingWith("explain: ");
        }
        ExplainOptions options = ExplainOptions.parse(List.of("--client", "2001:db8::1", "--recipient", "<a@b>"));
        assertThat(options.recipient()).isEqualTo("a@b");
        assertThat(options.client().orElseThrow().getAddress()).hasSize(16);
        assertThat(ExplainOptions.USAGE.lines()).allMatch(line -> line.length() <= 90);
    }

    @Test
    void helpIsToldWithoutAConfiguration() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.ISO_8859_1);
        assertThat(Explain.run(List.of("-h"), Map.of("MAIL_CONFIG", "/nonexistent"), stream, stream)).isZero();
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(ExplainOptions.USAGE);
        assertThat(Explain.run(List.of("--client", "::1", "--recipient", "a"), Map.of("MAIL_CONFIG", "/nonexistent"),
                stream, stream)).isEqualTo(1);
    }
}
