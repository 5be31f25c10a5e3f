package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.testing.ScriptedPeer;
import org.postrider.common.testing.TextMessage;

/** Parameters for servers, names and networks that are not as they should be. */
class OddServersTest {
    private static final String NO_ZONE = "example.org EMPTY";
    private static final String ZONE = """
            example.org       MX 10 one.example.org
            example.org       MX 20 two.example.org
            one.example.org   A 127.0.0.11
            two.example.org   A 127.0.0.12
            alias.example     CNAME real.example
            real.example      A 127.0.0.12
            """;
    private static final String TAKES = """
            S: 220 two
            C: EHLO *
            S: 250 two
            C: MAIL *
            S: 250 ok
            C: RCPT *
            S: 250 ok
            C: DATA
            S: 354 go
            D:
            S: 250 ok
            """;

    private static String server(String greeting, String ehlo, String mail, String rest) {
        return "S: " + greeting + "\nC: EHLO client.example\n" + ehlo + "C: " + mail + "\n" + rest;
    }

    private static String at(ScriptedPeer peer) {
        return "[127.0.0.1]:" + peer.port();
    }

    @Test
    void repliesAreReadAsTheFilterHasThem() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, "smtp_reply_filter",
                "inline:{{550 5.7.1 never=450 4.7.1 another day},{550-5.7.1 never=450-4.7.1 another day}}");
                ScriptedPeer peer = ScriptedPeer.start(server("220 x", "S: 250 x\n", "MAIL *", """
                        S: 250 ok
                        C: RCPT *
                        S: 550-5.7.1 never
                        S: 550 5.7.1 never
                        C: QUIT
                        """))) {
            rig.deliver(at(peer), "a@example.org");
            assertThat(peer.problems()).isEmpty();
            assertThat(rig.kept()).containsExactly("DEFER a@example.org 4.7.1 host 127.0.0.1[127.0.0.1] said: "
                    + "450-4.7.1 another day 450 4.7.1 another day (in reply to RCPT TO command)");
            assertThat(rig.log()).contains("127.0.0.1[127.0.0.1]:" + peer.port()
                    + ": replacing server reply \"550 5.7.1 never\" with \"450 4.7.1 another day\"");
        }
    }

    @Test
    void aFilterThatCannotBeAskedLosesNothing() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, "smtp_reply_filter", "fail:x");
                ScriptedPeer peer = ScriptedPeer.start("S: 220 x\nX: end\n")) {
            rig.deliver(at(peer), "a@example.org");
            assertThat(rig.kept()).containsExactly(
                    "DEFER a@example.org 4.3.0 local data error while talking to 127.0.0.1[127.0.0.1]");
            assertThat(rig.log()).contains(
                    "127.0.0.1[127.0.0.1]:" + peer.port() + ": smtp_reply_filter map lookup error");
        }
    }

    @Test
    void whatAServerOffersCountsByItsAddress() throws IOException {
        String ehlo = "S: 250-x\nS: 250-SIZE 99\nS: 250-8BITMIME\nS: 250 PIPELINING\n";
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, "smtp_discard_ehlo_keywords", "8bitmime",
                "smtp_discard_ehlo_keyword_address_maps", "inline:{{127.0.0.1=Pipelining, SIZE}}");
                ScriptedPeer peer = ScriptedPeer.start(server("220 x", ehlo, "MAIL FROM:<*> BODY=8BITMIME",
                        "S: 550 no\nC: QUIT\n"))) {
            rig.deliver(ClientRig.request(DeliveryRequest.MARK_DONE, "8bit", 0, at(peer), "a@example.org"),
                    new TextMessage("x\n"));
            assertThat(peer.problems()).isEmpty();
        }
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, "smtp_discard_ehlo_keyword_address_maps", "fail:x");
                ScriptedPeer peer = ScriptedPeer.start("S: 220 x\nC: EHLO *\n" + ehlo + "X: end\n")) {
            rig.deliver(at(peer), "a@example.org");
            assertThat(rig.kept()).hasSize(1).first().asString().startsWith("DEFER a@example.org 4.3.0 ");
        }
    }

    @Test
    void watchedSessionsAreInTheLogWithoutPasswords() throws IOException {
        String script = server("220 x", "S: 250-x\nS: 250 AUTH PLAIN\n", "AUTH PLAIN *",
                "S: 235 ok\nC: MAIL FROM:<sender@example.com> AUTH=<>\nS: 550 no\nC: QUIT\nS: 221 bye\n");
        String[] settings = {"smtp_sasl_auth_enable", "yes", "smtp_sasl_password_maps", "static:user:secret",
                "smtp_sasl_security_options", "noanonymous", "smtp_send_dummy_mail_auth", "yes", "debug_peer_list",
                "127.0.0.0/8"};
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, settings);
                ScriptedPeer peer = ScriptedPeer.start(script)) {
            rig.deliver(at(peer), "a@example.org");
            assertThat(peer.problems()).isEmpty();
            String name = "127.0.0.1[127.0.0.1]:" + peer.port() + ": ";
            assertThat(rig.log()).startsWith("< " + name + "220 x", "> " + name + "EHLO client.example",
                    "< " + name + "250-x", "< " + name + "250 AUTH PLAIN", "> " + name + "AUTH PLAIN (hidden)",
                    "< " + name + "235 ok", "> " + name + "MAIL FROM:<sender@example.com> AUTH=<>",
                    "< " + name + "550 no");
        }
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, "debug_peer_list", "!127.0.0.1, 127.0.0.0/8");
                ScriptedPeer peer = ScriptedPeer.start("S: 550 no\n")) {
            rig.deliver(at(peer), "a@example.org");
            assertThat(rig.log()).noneMatch(line -> line.startsWith("<"));
        }
    }

    @Test
    void mailThatWouldLoopGoesToAnotherTransport() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, ZONE, "best_mx_transport", "local")) {
            rig.own("127.0.0.11");
            assertThat(rig.deliver("example.org", "a@example.org", "b@example.org"))
                    .isEqualTo(DeliveryReport.ALL_SETTLED);
            assertThat(rig.handed()).containsExactly("local example.org a@example.org",
                    "local example.org b@example.org");
            assertThat(rig.kept()).isEmpty();
        }
        try (ClientRig rig = new ClientRig(Protocol.SMTP, ZONE, "best_mx_transport", "slow:[other]:24")) {
            rig.own("127.0.0.11");
            assertThat(rig.deliver("example.org", "a@example.org").someRemain()).isTrue();
            assertThat(rig.handed()).containsExactly("slow [other]:24 a@example.org");
        }
        try (ClientRig rig = new ClientRig(Protocol.SMTP, ZONE, "best_mx_transport", "absent")) {
            rig.own("127.0.0.11");
            assertThat(rig.deliver("example.org", "a@example.org").someRemain()).isTrue();
            assertThat(rig.kept()).containsExactly("DEFER a@example.org 4.3.0 mail transport unavailable");
        }
    }

    /** What loops here is what this system found itself; the same words of a stranger give it no mail. */
    @Test
    void aServerThatSpeaksOfLoopsGetsItsMailReturned() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, "best_mx_transport", "local");
                ScriptedPeer peer = ScriptedPeer.start(server("220 x", "S: 250 x\n", "MAIL *",
                        "S: 554 5.4.6 too many hops\nC: QUIT\n"))) {
            assertThat(rig.deliver(at(peer), "a@example.org")).isEqualTo(DeliveryReport.ALL_SETTLED);
            assertThat(rig.handed()).isEmpty();
            assertThat(rig.kept()).containsExactly("BOUNCE a@example.org 5.4.6 host 127.0.0.1[127.0.0.1] said: "
                    + "554 5.4.6 too many hops (in reply to MAIL FROM command)");
        }
    }

    @Test
    void aBindAddressThatIsNotHereIsPassedOverUnlessItMatters() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, "smtp_bind_address", "192.0.2.7");
                ScriptedPeer peer = ScriptedPeer.start(TAKES)) {
            assertThat(rig.deliver(at(peer), "a@example.org")).isEqualTo(DeliveryReport.ALL_SETTLED);
            assertThat(rig.log()).first()
                    .isEqualTo("smtp_connect_addr: bind 192.0.2.7: Cannot assign requested address");
        }
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, "smtp_bind_address", "192.0.2.7",
                "smtp_bind_address_enforce", "yes")) {
            assertThat(rig.deliver("[127.0.0.1]:9", "a@example.org").someRemain()).isTrue();
            assertThat(rig.kept()).containsExactly(
                    "DEFER a@example.org 4.4.1 connect to 127.0.0.1[127.0.0.1]:9: Cannot assign requested address");
        }
    }

    @Test
    void aProbeMayEndWithData() throws IOException {
        for (String ehlo : new String[]{"S: 250 x\n", "S: 250-x\nS: 250 PIPELINING\n"}) {
            try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, "smtp_address_verify_target", "data");
                    ScriptedPeer peer = ScriptedPeer.start(server("220 x", ehlo, "MAIL *", ehlo.contains("PIPE") ? """
                            C: RCPT *
                            C: DATA
                            S: 250 ok
                            S: 250 ok
                            S: 354 go
                            X: end
                            """ : """
                            S: 250 ok
                            C: RCPT *
                            S: 250 ok
                            C: DATA
                            S: 354 go
                            X: end
                            """))) {
                rig.deliver(ClientRig.request(DeliveryRequest.PROBE, "", 0, at(peer), "a@example.org"),
                        new TextMessage("x\n"));
                assertThat(peer.problems()).isEmpty();
                assertThat(rig.kept()).containsExactly("VERIFY a@example.org 2.0.0 354 go");
            }
        }
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, "smtp_address_verify_target", "data");
                ScriptedPeer peer = ScriptedPeer.start(server("220 x", "S: 250 x\n", "MAIL *",
                        "S: 250 ok\nC: RCPT *\nS: 250 ok\nC: DATA\nS: 550 5.1.1 nobody\nC: QUIT\n"))) {
            rig.deliver(ClientRig.request(DeliveryRequest.PROBE, "", 0, at(peer), "a@example.org"),
                    new TextMessage("x\n"));
            assertThat(rig.kept()).containsExactly("VERIFY a@example.org 5.1.1 host 127.0.0.1[127.0.0.1] said: "
                    + "550 5.1.1 nobody (in reply to DATA command)");
        }
        assertThatThrownBy(() -> ClientSettings.of(
                Parameters.of(Map.of("smtp_address_verify_target", "x")), Protocol.SMTP))
                .isInstanceOf(ConfigurationException.class).hasMessage("bad protocol stage: \"x\"");
    }

    @Test
    void recordsMayBeTakenOutOfAnswers() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, ZONE, "smtp_dns_reply_filter",
                "regexp:{{/^example\\.org\\. [0-9]+ IN MX 10 one\\.example\\.org\\.$$/ ignore}}");
                ScriptedPeer two = ScriptedPeer.startAt("127.0.0.12", 0, TAKES)) {
            assertThat(rig.deliver("example.org:" + two.port(), "a@example.org"))
                    .isEqualTo(DeliveryReport.ALL_SETTLED);
            assertThat(rig.log()).noneMatch(line -> line.contains("one.example.org["));
        }
        try (ClientRig rig = new ClientRig(Protocol.SMTP, ZONE, "smtp_dns_reply_filter",
                "regexp:{{/ IN A 127\\.0\\.0\\./ IGNORE}}")) {
            assertThat(rig.deliver("[one.example.org]", "a@example.org").someRemain()).isTrue();
            assertThat(rig.kept()).containsExactly("DEFER a@example.org 4.4.3 Error looking up "
                    + "name=one.example.org type=A: DNS reply filter drops all results");
        }
        try (ClientRig rig = new ClientRig(Protocol.SMTP, ZONE, "smtp_dns_reply_filter", "static:HOLD")) {
            rig.deliver("[one.example.org]", "a@example.org");
            assertThat(rig.kept()).containsExactly("DEFER a@example.org 4.4.3 Error looking up "
                    + "name=one.example.org type=A: Invalid DNS reply filter syntax");
        }
    }

    @Test
    void anAliasMayGiveTheServerItsName() throws IOException {
        for (String[] each : new String[][]{{"no", "alias.example"}, {"yes", "real.example"}}) {
            try (ClientRig rig = new ClientRig(Protocol.SMTP, ZONE, "smtp_cname_overrides_servername", each[0]);
                    ScriptedPeer two = ScriptedPeer.startAt("127.0.0.12", 0, TAKES)) {
                rig.deliver("[alias.example]:" + two.port(), "a@example.org");
                assertThat(rig.log()).first().asString().contains("relay=" + each[1] + "[127.0.0.12]:");
            }
        }
    }

    @Test
    void aServerThatTakesContentTooSlowlyLosesItsTime() throws IOException {
        AtomicLong now = new AtomicLong();
        List<Duration> limits = new ArrayList<>();
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        RatedOutput out = new RatedOutput(new OutputStream() {
            @Override
            public void write(int b) {
                taken.write(b);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                taken.write(bytes, offset, length);
                now.addAndGet(TimeUnit.SECONDS.toNanos(4));
            }
        }, limits::add, Duration.ofSeconds(10), 500, now::get);
        byte[] second = new byte[500];

        out.write(second);
        out.write(second);
        assertThat(limits).containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(7));
        assertThatThrownBy(() -> out.write(second)).isInstanceOf(SocketTimeoutException.class);
        assertThat(limits).last().isEqualTo(Duration.ofSeconds(4));
        RatedOutput fast = new RatedOutput(taken, limits::add, Duration.ofSeconds(10), 500, now::get);
        fast.write(new byte[100_000]);
        fast.write(1);
        assertThat(limits).last().isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void contentGoesUnderADeadlineToo() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, "smtp_per_request_deadline", "yes");
                ScriptedPeer peer = ScriptedPeer.start(TAKES)) {
            assertThat(rig.deliver(at(peer), "a@example.org")).isEqualTo(DeliveryReport.ALL_SETTLED);
            assertThat(peer.contents()).containsExactly("Subject: x\n\nhello\n.dot\n");
        }
    }
}
