package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Recipient;
import org.postrider.common.testing.ScriptedPeer;
import org.postrider.common.testing.TextMessage;

/** Parameters of MAIL and RCPT. */
class EnvelopeTest {
    private static DeliveryRequest request(String nexthop, Map<String, String> client, int notify) {
        return new DeliveryRequest(DeliveryRequest.MARK_DONE, "active", "ABC123", 0, 25, "smtp", nexthop, "", 0, "",
                "a+b", 2, new DeliveryRequest.Times(1, 1, 1, 1), client,
                List.of(new Recipient(1, "a b@example.org", "", "rfc822;a b+c@example.org", notify)));
    }

    @Test
    void notificationsArePassedOnToAServerThatKnowsThem() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, "example.org EMPTY");
                ScriptedPeer peer = ScriptedPeer.start("""
                        S: 220 x
                        C: EHLO *
                        S: 250-x
                        S: 250-DSN
                        S: 250 SMTPUTF8
                        C: MAIL FROM:<> ENVID=a+2Bb RET=HDRS
                        S: 250 ok
                        C: RCPT TO:<"a b"@example.org> ORCPT=rfc822;a+20b+2Bc@example.org NOTIFY=SUCCESS,DELAY
                        S: 250 ok
                        C: DATA
                        S: 354 go
                        D:
                        S: 250 ok
                        """)) {
            rig.deliver(request("[127.0.0.1]:" + peer.port(), Map.of(),
                    Recipient.NOTIFY_SUCCESS | Recipient.NOTIFY_DELAY), new TextMessage("x\n"));
            assertThat(peer.problems()).isEmpty();
            assertThat(rig.kept()).isEmpty();
        }
    }

    @Test
    void aServerWithoutThemEndsTheirWay() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, "example.org EMPTY");
                ScriptedPeer peer = ScriptedPeer.start("""
                        S: 220 x
                        C: EHLO *
                        S: 250 x
                        C: MAIL FROM:<>
                        S: 250 ok
                        C: RCPT TO:<"a b"@example.org>
                        S: 250 ok
                        C: DATA
                        S: 354 go
                        D:
                        S: 250 ok
                        """)) {
            rig.deliver(request("[127.0.0.1]:" + peer.port(), Map.of(), Recipient.NOTIFY_SUCCESS),
                    new TextMessage("x\n"));
            assertThat(peer.problems()).isEmpty();
            assertThat(rig.kept()).containsExactly("TRACE a b@example.org 2.0.0 250 ok");
        }
    }

    @Test
    void aRecipientThatIsNotAsciiNeedsAServerThatSaysSo() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, "");
                ScriptedPeer peer = ScriptedPeer.start("S: 220 x\nC: EHLO *\nS: 250 x\nC: QUIT\nS: 221 bye\n")) {
            rig.deliver(ClientRig.request(DeliveryRequest.MARK_DONE, "", DeliveryRequest.SMTPUTF8,
                    "[127.0.0.1]:" + peer.port(), "j\u00c3\u00bc@example.org"), new TextMessage("x\n"));
            assertThat(rig.kept()).hasSize(1).first().asString().contains("5.6.7 SMTPUTF8 is required");
        }
    }

    @Test
    void aFilterIsToldWhereTheMessageCameFrom() throws IOException {
        Map<String, String> client = Map.of("log_client_name", "spike.example", "log_client_address", "2001:db8::1",
                "log_client_port", "4711", "log_helo_name", "he+lo", "log_protocol_name", "ESMTP", "log_ident", "4ABC",
                "rewrite_context", "remote");
        try (ClientRig rig = new ClientRig(Protocol.SMTP, "", "smtp_send_xforward_command", "yes");
                ScriptedPeer peer = ScriptedPeer.start("""
                        S: 220 x
                        C: EHLO *
                        S: 250-x
                        S: 250 XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT
                        C: XFORWARD NAME=spike.example ADDR=IPV6:2001:db8::1 PORT=4711
                        S: 250 ok
                        C: XFORWARD PROTO=ESMTP HELO=he+2Blo IDENT=4ABC SOURCE=REMOTE
                        S: 550 5.7.0 no way
                        C: MAIL FROM:<>
                        S: 250 ok
                        C: RCPT TO:<"a b"@example.org>
                        S: 250 ok
                        C: DATA
                        S: 354 go
                        D:
                        S: 250 ok
                        """)) {
            rig.deliver(request("[127.0.0.1]:" + peer.port(), client, 0), new TextMessage("x\n"));
            assertThat(peer.problems()).isEmpty();
            assertThat(rig.log().getFirst()).isEqualTo("host 127.0.0.1[127.0.0.1]:" + peer.port()
                    + " said: 550 5.7.0 no way (in reply to XFORWARD helo/protocol command)");
        }
    }

    @Test
    void whatTheFilterDoesNotAskForIsNotTold() throws IOException {
        Map<String, String> client = Map.of("log_client_name", "unknown", "log_client_address", "192.0.2.1",
                "rewrite_context", "local");
        try (ClientRig rig = new ClientRig(Protocol.SMTP, "", "smtp_send_xforward_command", "yes");
                ScriptedPeer peer = ScriptedPeer.start("""
                        S: 220 x
                        C: EHLO *
                        S: 250-x
                        S: 250 XFORWARD NAME SOURCE
                        C: XFORWARD SOURCE=LOCAL
                        S: 250 ok
                        C: MAIL FROM:<>
                        S: 250 ok
                        C: RCPT TO:<"a b"@example.org>
                        S: 250 ok
                        C: DATA
                        S: 354 go
                        D:
                        S: 250 ok
                        """)) {
            rig.deliver(request("[127.0.0.1]:" + peer.port(), client, 0), new TextMessage("x\n"));
            assertThat(peer.problems()).isEmpty();
        }
    }
}
