package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.testing.ScriptedPeer;
import org.postrider.common.testing.TextMessage;

/** Several hosts, several destinations. */
class HostOrderTest {
    private static final String ZONE = """
            example.org       MX 10 one.example.org
            example.org       MX 20 two.example.org
            one.example.org   A 127.0.0.11
            two.example.org   A 127.0.0.12
            null.example.org  MX 0 .
            broken.example    SERVFAIL
            """;
    private static final String GOOD = """
            S: 220 two
            C: EHLO *
            S: 250 two
            C: MAIL *
            S: 250 ok
            C: RCPT TO:<b@example.org>
            S: 250 ok
            C: DATA
            S: 354 go
            D:
            S: 250 ok
            """;

    @Test
    void recipientsRefusedForNowAreTriedAtTheNextHost() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, ZONE);
                ScriptedPeer one = ScriptedPeer.startAt("127.0.0.11", 0, """
                        S: 220 one
                        C: EHLO *
                        S: 250 one
                        C: MAIL *
                        S: 250 ok
                        C: RCPT TO:<a@example.org>
                        S: 250 ok
                        C: RCPT TO:<b@example.org>
                        S: 450 not you
                        C: DATA
                        S: 354 go
                        D:
                        S: 250 ok
                        """);
                ScriptedPeer two = ScriptedPeer.startAt("127.0.0.12", one.port(), GOOD)) {
            DeliveryReport report = rig.deliver("example.org:" + one.port(), "a@example.org", "b@example.org");
            assertThat(one.problems()).isEmpty();
            assertThat(two.problems()).isEmpty();
            assertThat(report).isEqualTo(DeliveryReport.ALL_SETTLED);
            assertThat(rig.log()).containsExactly(
                    "ABC123: to=<a@example.org>, relay=one.example.org[127.0.0.11]:" + one.port()
                            + ", dsn=2.0.0, status=sent (250 ok)",
                    "ABC123: host one.example.org[127.0.0.11] said: 450 not you (in reply to RCPT TO command)",
                    "ABC123: to=<b@example.org>, relay=two.example.org[127.0.0.12]:" + one.port()
                            + ", dsn=2.0.0, status=sent (250 ok)");
        }
    }

    @Test
    void anUnreachableHostIsPassedOver() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, ZONE);
                ScriptedPeer two = ScriptedPeer.startAt("127.0.0.12", 0, GOOD)) {
            assertThat(rig.deliver("example.org:" + two.port(), "b@example.org")).isEqualTo(DeliveryReport.ALL_SETTLED);
            assertThat(rig.log()).first().isEqualTo(
                    "connect to one.example.org[127.0.0.11]:" + two.port() + ": Connection refused");
        }
    }

    /** RFC 2782: the port is the record's. */
    @Test
    void hostsOfAServiceAreFoundBySrvRecords() throws IOException {
        try (ScriptedPeer two = ScriptedPeer.startAt("127.0.0.12", 0, GOOD);
                ClientRig rig = new ClientRig(Protocol.SMTP, ZONE + "_submission._tcp.example.org SRV 0 0 " + two.port()
                        + " two.example.org\n", "use_srv_lookup", "submission, submissions")) {
            assertThat(rig.deliver("example.org:submission", "b@example.org")).isEqualTo(DeliveryReport.ALL_SETTLED);
            assertThat(two.problems()).isEmpty();
            assertThat(rig.log()).containsExactly("ABC123: to=<b@example.org>, relay=two.example.org[127.0.0.12]:"
                    + two.port() + ", dsn=2.0.0, status=sent (250 ok)");
            assertThat(rig.deliver("two.example.org:submission", "b@example.org"))
                    .isEqualTo(DeliveryReport.ALL_SETTLED);
            assertThat(rig.kept()).singleElement().asString()
                    .startsWith("BOUNCE b@example.org 5.4.4 Host or domain name not found. Name service error for"
                            + " name=_submission._tcp.two.example.org type=SRV: Host not found");
        }
    }

    /** Whatever DNS says, brackets mean this host and this port. */
    @Test
    void oneHostIsNoDomainOfServices() throws IOException {
        try (ScriptedPeer two = ScriptedPeer.startAt("127.0.0.12", 0, GOOD);
                ClientRig rig = new ClientRig(Protocol.SMTP,
                        ZONE + "_" + two.port() + "._tcp.two.example.org SRV 0 0 1 one.example.org\n",
                        "use_srv_lookup", Integer.toString(two.port()))) {
            assertThat(rig.deliver("[two.example.org]:" + two.port(), "b@example.org"))
                    .isEqualTo(DeliveryReport.ALL_SETTLED);
            assertThat(two.problems()).isEmpty();
        }
    }

    @Test
    void fallbackRelaysComeLast() throws IOException {
        try (ScriptedPeer two = ScriptedPeer.startAt("127.0.0.12", 0, GOOD);
                ClientRig rig = new ClientRig(Protocol.SMTP, ZONE, "smtp_fallback_relay",
                        "[two.example.org]:" + two.port())) {
            assertThat(rig.deliver("nowhere.example", "b@example.org")).isEqualTo(DeliveryReport.ALL_SETTLED);
            assertThat(two.problems()).isEmpty();
        }
    }

    @Test
    void listsOfDestinationsAreTriedInOrder() throws IOException {
        try (ScriptedPeer two = ScriptedPeer.startAt("127.0.0.12", 0, GOOD);
                ClientRig rig = new ClientRig(Protocol.SMTP, ZONE)) {
            assertThat(rig.deliver("nowhere.example, [two.example.org]:" + two.port(), "b@example.org"))
                    .isEqualTo(DeliveryReport.ALL_SETTLED);
        }
    }

    @Test
    void domainsThatCantBeResolved() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, ZONE)) {
            rig.deliver("nowhere.example", "a@nowhere.example");
            rig.deliver("null.example.org", "a@null.example.org");
            DeliveryReport report = rig.deliver("broken.example", "a@broken.example");
            rig.own("127.0.0.11");
            rig.deliver("example.org", "a@example.org");
            assertThat(rig.kept()).containsExactly(
                    "BOUNCE a@nowhere.example 5.4.4 Host or domain name not found. Name service error for "
                            + "name=nowhere.example type=A: Host not found",
                    "BOUNCE a@null.example.org 5.1.0 Domain null.example.org does not accept mail (nullMX)",
                    "DEFER a@broken.example 4.4.3 Host or domain name not found. Name service error for "
                            + "name=broken.example type=MX: Host not found, try again",
                    "BOUNCE a@example.org 5.4.6 mail for example.org loops back to myself");
            assertThat(report.trouble()).isPresent();
        }
    }

    @Test
    void aServerWithOurOwnNameIsALoop() throws IOException {
        try (ScriptedPeer one = ScriptedPeer.startAt("127.0.0.11", 0,
                "S: 220 Client.example\nC: EHLO *\nS: 250 Client.example");
                ClientRig rig = new ClientRig(Protocol.SMTP, ZONE, "smtp_tcp_port", "" + one.port())) {
            rig.deliver("example.org", "a@example.org");
            assertThat(rig.kept()).containsExactly(
                    "BOUNCE a@example.org 5.4.6 mail for example.org loops back to myself");
            String host = "host one.example.org[127.0.0.11]:" + one.port();
            assertThat(rig.log()).contains(host + " greeted me with my own hostname client.example",
                    host + " replied to HELO/EHLO with my own hostname client.example");
        }
    }

    @Test
    void aSessionIsTakenForItsOwnHostOnly() throws IOException {
        String session = "S: 220 x\nC: EHLO *\nS: 250 x\n";
        String message = "C: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: DATA\nS: 354 go\nD:\nS: 250 ok\n";
        try (ScriptedPeer one = ScriptedPeer.startAt("127.0.0.11", 0, session + message + message);
                ScriptedPeer two = ScriptedPeer.startAt("127.0.0.12", one.port(), session + message);
                ClientRig rig = new ClientRig(Protocol.SMTP, ZONE)) {
            deliverKept(rig, "example.org:" + one.port());
            deliverKept(rig, "[two.example.org]:" + one.port());
            deliverKept(rig, "[one.example.org]:" + one.port());
            assertThat(one.problems()).isEmpty();
            assertThat(two.problems()).isEmpty();
            assertThat(rig.log()).last().asString().contains("relay=one.example.org[127.0.0.11]", "conn_use=2");
        }
    }

    private static void deliverKept(ClientRig rig, String nexthop) {
        int flags = DeliveryRequest.CONNECTION_LOAD | DeliveryRequest.CONNECTION_STORE;
        rig.deliver(ClientRig.request(flags, "", 0, nexthop, "a@example.org"), new TextMessage("x\n"));
    }
}
