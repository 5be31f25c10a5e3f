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
}
