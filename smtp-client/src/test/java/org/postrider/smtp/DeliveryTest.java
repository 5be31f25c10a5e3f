package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.testing.ScriptedPeer;
import org.postrider.common.testing.TextMessage;

/** What is said on the wire when things go well. */
class DeliveryTest {
    private static final String NO_ZONE = "example.org EMPTY";

    @Test
    void oneStepAtATimeWithoutPipelining() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE);
                ScriptedPeer peer = ScriptedPeer.start("""
                        S: 220 mail.example ESMTP
                        C: EHLO client.example
                        S: 250-mail.example
                        S: 250-SIZE 1000
                        S: 250 8BITMIME
                        C: MAIL FROM:<sender@example.com> SIZE=25
                        S: 250 2.1.0 Ok
                        C: RCPT TO:<a@example.org>
                        S: 250 2.1.5 Ok
                        C: DATA
                        S: 354 go
                        D:
                        S: 250 2.0.0 Ok: queued as X1
                        C: QUIT
                        S: 221 bye
                        """)) {
            DeliveryReport report = rig.deliver("[127.0.0.1]:" + peer.port(), "a@example.org");
            assertThat(peer.problems()).isEmpty();
            assertThat(report).isEqualTo(DeliveryReport.ALL_SETTLED);
            assertThat(peer.contents()).containsExactly("Subject: x\n\nhello\n.dot\n");
            assertThat(rig.log()).containsExactly("ABC123: to=<a@example.org>, relay=127.0.0.1[127.0.0.1]:"
                    + peer.port() + ", dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as X1)");
        }
    }

    @Test
    void everythingUpToDataAtOnceWithPipelining() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE);
                ScriptedPeer peer = ScriptedPeer.start("""
                        S: 220 mail.example ESMTP
                        C: EHLO client.example
                        S: 250-mail.example
                        S: 250-PIPELINING
                        S: 250 8BITMIME
                        C: MAIL FROM:<sender@example.com> BODY=8BITMIME
                        C: RCPT TO:<a@example.org>
                        C: RCPT TO:<"b c"@example.org>
                        C: DATA
                        S: 250 Ok
                        S: 250 Ok
                        S: 550 5.1.1 No
                        S: 354 go
                        D:
                        S: 250 Done
                        C: QUIT
                        X: end
                        """)) {
            var request = ClientRig.request(DeliveryRequest.MARK_DONE, "8bit", 0, "[127.0.0.1]:" + peer.port(),
                    "a@example.org", "b c@example.org");
            var message = new TextMessage("x\n");
            rig.deliver(request, message);
            assertThat(peer.problems()).isEmpty();
            assertThat(message.done()).containsExactly(100L, 101L);
            assertThat(rig.kept()).containsExactly("BOUNCE b c@example.org 5.1.1 host 127.0.0.1[127.0.0.1] said: "
                    + "550 5.1.1 No (in reply to RCPT TO command)");
        }
    }

    @Test
    void manyRecipientsGoInWindows() throws IOException {
        StringBuilder script = new StringBuilder("S: 220 x\nC: EHLO *\nS: 250-x\nS: 250 PIPELINING\nC: MAIL *\n");
        String[] recipients = new String[250];
        for (int i = 0; i < recipients.length; i++) {
            recipients[i] = "u" + i + "@example.org";
        }
        for (int start = 0; start < recipients.length; start += 100) {
            int end = Math.min(recipients.length, start + 100);
            for (int i = start; i < end; i++) {
                script.append("C: RCPT TO:<").append(recipients[i]).append(">\n");
            }
            script.append(end == recipients.length ? "C: DATA\n" : "").append(start == 0 ? "S: 250 ok\n" : "");
            script.append("S: 250 ok\n".repeat(end - start));
        }
        script.append("S: 354 go\nD:\nS: 250 ok\n");
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE);
                ScriptedPeer peer = ScriptedPeer.start(script.toString())) {
            assertThat(rig.deliver("[127.0.0.1]:" + peer.port(), recipients)).isEqualTo(DeliveryReport.ALL_SETTLED);
            assertThat(peer.problems()).isEmpty();
            assertThat(rig.log()).hasSize(250);
        }
    }

    @Test
    void heloWhenEhloIsRefused() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE);
                ScriptedPeer peer = ScriptedPeer.start("""
                        S: 220 old
                        C: EHLO client.example
                        S: 502 what?
                        C: HELO client.example
                        S: 250 old
                        C: MAIL FROM:<sender@example.com>
                        S: 250 ok
                        C: RCPT TO:<a@example.org>
                        S: 250 ok
                        C: DATA
                        S: 354 go
                        D:
                        S: 250 ok
                        """)) {
            assertThat(rig.deliver("[127.0.0.1]:" + peer.port(), "a@example.org"))
                    .isEqualTo(DeliveryReport.ALL_SETTLED);
            assertThat(peer.problems()).isEmpty();
        }
    }

    @Test
    void longLinesAreBroken() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, "smtp_line_length_limit", "10");
                ScriptedPeer peer = ScriptedPeer.start("""
                        S: 220 x
                        C: EHLO *
                        S: 250 x
                        C: MAIL *
                        S: 250 ok
                        C: RCPT *
                        S: 250 ok
                        C: DATA
                        S: 354 go
                        D:
                        S: 250 ok
                        """)) {
            rig.deliver(ClientRig.request("[127.0.0.1]:" + peer.port(), "a@example.org"),
                    new TextMessage("0123456789abcdefghijklm\n.x"));
            assertThat(peer.problems()).isEmpty();
            assertThat(peer.contents()).containsExactly("0123456789\n abcdefghi\n jklm\n.x\n");
        }
    }

    @Test
    void keptSessionsAreUsedAgain() throws IOException {
        String transaction = """
                C: MAIL FROM:<sender@example.com>
                C: RCPT TO:<a@example.org>
                C: DATA
                S: 250 ok
                S: 250 ok
                S: 354 go
                D:
                S: 250 ok
                """;
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE);
                ScriptedPeer peer = ScriptedPeer.start(
                        "S: 220 x\nC: EHLO *\nS: 250-x\nS: 250 PIPELINING\n" + transaction + transaction
                                + "C: QUIT\n")) {
            int flags = DeliveryRequest.MARK_DONE | DeliveryRequest.CONNECTION_LOAD | DeliveryRequest.CONNECTION_STORE;
            var request = ClientRig.request(flags, "", 0, "[127.0.0.1]:" + peer.port(), "a@example.org");
            rig.deliver(request, new TextMessage("x\n"));
            rig.deliver(request, new TextMessage("x\n"));
            rig.pool().close();
            assertThat(peer.problems()).isEmpty();
            assertThat(rig.log()).last().asString().contains(", conn_use=2, dsn=2.0.0, status=sent");
        }
    }

    @Test
    void idleSessionsEndByThemselvesAndDeadOnesAreReplaced() throws IOException {
        String session = """
                S: 220 x
                C: EHLO *
                S: 250-x
                S: 250 PIPELINING
                C: MAIL FROM:<sender@example.com>
                C: RCPT TO:<a@example.org>
                C: DATA
                S: 250 ok
                S: 250 ok
                S: 354 go
                D:
                S: 250 ok
                """;
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, "connection_cache_ttl_limit", "1");
                ScriptedPeer peer = ScriptedPeer.start(session + "C: MAIL*\nX: close\n", session + "C: QUIT\n")) {
            int flags = DeliveryRequest.MARK_DONE | DeliveryRequest.CONNECTION_LOAD | DeliveryRequest.CONNECTION_STORE;
            var request = ClientRig.request(flags, "", 0, "[127.0.0.1]:" + peer.port(), "a@example.org");
            rig.deliver(request, new TextMessage("x\n"));
            assertThat(rig.deliver(request, new TextMessage("x\n"))).isEqualTo(DeliveryReport.ALL_SETTLED);
            assertThat(peer.problems()).isEmpty();
            assertThat(rig.log()).hasSize(2).last().asString().doesNotContain("conn_use");
        }
    }

    @Test
    void probesStopAfterTheRecipient() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE);
                ScriptedPeer peer = ScriptedPeer.start("""
                        S: 220 x
                        C: EHLO *
                        S: 250-x
                        S: 250 PIPELINING
                        C: MAIL *
                        C: RCPT *
                        S: 250 ok
                        S: 250 2.1.5 yes
                        C: QUIT
                        """)) {
            rig.deliver(ClientRig.request(DeliveryRequest.USER_VERIFY, "", 0, "[127.0.0.1]:" + peer.port(),
                    "a@example.org"), new TextMessage("x\n"));
            assertThat(peer.problems()).isEmpty();
            assertThat(rig.kept()).containsExactly("TRACE a@example.org 2.1.5 250 2.1.5 yes");
        }
    }
}
