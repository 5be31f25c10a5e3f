package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postrider.common.dns.DnsjavaResolver;
import org.postrider.common.dns.ResolverSettings;
import org.postrider.common.testing.FaultyDnsServer;
import org.postrider.common.wire.Network;
import org.postrider.common.wire.StreamWindow;

/** Nobody is refused for good because of a DNS server that does not answer, or answers what can't be believed. */
class BadDnsTest {
    private static final List<String> REFUSING = List.of("reject_unknown_sender_domain",
            "reject_unknown_recipient_domain", "reject_unknown_helo_hostname", "reject_unknown_client_hostname",
            "reject_unknown_reverse_client_hostname");
    private static final List<String> LOOKING = List.of("check_sender_mx_access static:REJECT",
            "check_sender_ns_access inline:{x=REJECT}", "check_sender_a_access inline:{x=REJECT}",
            "check_helo_mx_access inline:{x=REJECT}", "check_recipient_ns_access inline:{x=REJECT}",
            "reject_rbl_client bl.example", "reject_rhsbl_sender dbl.example=127.0.0.[2..9]",
            "reject_rhsbl_helo dbl.example",
            "reject_rhsbl_client dbl.example", "reject_rhsbl_recipient dbl.example",
            "reject_rhsbl_reverse_client dbl.example", "permit_dnswl_client wl.example",
            "permit_rhswl_client wl.example",
            "permit_mx_backup");

    private static String reply(ResolverSettings names, String restriction) throws IOException {
        FakeWorld world = new FakeWorld();
        try (Network network = new Network(1)) {
            world.reaching(new DnsjavaResolver(names, InstantSource.system()), new FakeUsers(),
                    new PolicyConnections(network, Path.of("/")));
            // What these say by default is 450 whatever is wrong.
            for (String code : List.of("unknown_address_reject_code", "unknown_hostname_reject_code",
                    "unknown_client_reject_code")) {
                world.set(code, "550");
            }
            world.set("smtpd_forbid_unauth_pipelining", "no")
                    .set("smtpd_relay_restrictions", "reject_unauth_destination")
                    .set("smtpd_recipient_restrictions", restriction
                            + (restriction.startsWith("permit_") ? ", reject" : ", permit_auth_destination"));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            String input = "EHLO helo.example\r\nMAIL FROM:<a@sender.example>\r\nRCPT TO:<user@example.com>\r\nQUIT\r\n";
            new SmtpSession(world.site(), FakeWorld.client("192.0.2.1", "client.example"),
                    new StreamWindow(new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1))), out).run();
            List<String> said = out.toString(StandardCharsets.ISO_8859_1).lines()
                    .filter(line -> !line.startsWith("250-")).toList();
            return said.get(said.size() - 2);
        }
    }

    @ParameterizedTest
    @EnumSource(FaultyDnsServer.Fault.class)
    void aTemporaryFailureIsNeverPermanent(FaultyDnsServer.Fault fault) throws IOException {
        try (FaultyDnsServer server = new FaultyDnsServer(fault)) {
            ResolverSettings names = new ResolverSettings(List.of(server.address()), Duration.ofMillis(50), 1);
            for (String restriction : REFUSING) {
                boolean askedBefore = restriction.contains("client");
                assertThat(reply(names, restriction)).as("%s: %s", fault, restriction)
                        .startsWith(askedBefore || restriction.contains("recipient") ? "250 " : "450 4.");
            }
            for (String restriction : LOOKING) {
                assertThat(reply(names, restriction)).as("%s: %s", fault, restriction).matches("(250|450|451) .*");
            }
        }
    }
}
