package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.testing.ScriptedPeer;
import org.postrider.common.testing.TextMessage;

/** Every way in which a server can fail, at every step, and what the recipients get. */
class FailureTest {
    private static final String HELLO = "S: 220 mail\nC: EHLO *\nS: 250 mail\n";
    private static final String PIPELINING = "S: 220 mail\nC: EHLO *\nS: 250-mail\nS: 250 PIPELINING\n";
    private static final String MAIL = HELLO + "C: MAIL *\nS: 250 ok\n";
    private static final String RCPT = MAIL + "C: RCPT *\nS: 250 ok\n";
    private static final String DATA = RCPT + "C: DATA\nS: 354 go\n";
    private static final String HOST = "127.0.0.1[127.0.0.1]";

    static Stream<Arguments> steps() {
        return Stream.of(
                step("S: 554 5.7.1 go away", "DEFER 4.7.1 host " + HOST + " refused to talk to me: 554 5.7.1 go away"),
                step("S: 421 busy", "DEFER 4.0.0 host " + HOST + " refused to talk to me: 421 busy"),
                step("X: close", "DEFER 4.4.2 lost connection with " + HOST
                        + " while receiving the initial server greeting"),
                step("S: 220 mail\nC: EHLO *\nX: reset",
                        "DEFER 4.4.2 lost connection with " + HOST + " while performing the EHLO handshake"),
                step("X: stall", "DEFER 4.4.2 conversation with " + HOST
                        + " timed out while receiving the initial server greeting"),
                step("S: hello there\nX: close", "DEFER 4.4.2 lost connection with " + HOST
                        + " while receiving the initial server greeting"),
                step("S: 220 mail\nC: EHLO *\nX: close",
                        "DEFER 4.4.2 lost connection with " + HOST + " while performing the EHLO handshake"),
                step("S: 220 mail\nC: EHLO *\nX: stall",
                        "DEFER 4.4.2 conversation with " + HOST + " timed out while performing the EHLO handshake"),
                step("S: 220 mail\nC: EHLO *\nS: 500 no\nC: HELO *\nS: 550 5.7.1 no",
                        "BOUNCE 5.7.1 host " + HOST + " refused to talk to me: 550 5.7.1 no"),
                step("S: 220 mail\nC: EHLO *\nS: 500 no\nC: HELO *\nX: close",
                        "DEFER 4.4.2 lost connection with " + HOST + " while performing the HELO handshake"),
                step(HELLO + "C: MAIL *\nS: 550-5.7.1 one\nS: 550 5.7.1 two", "BOUNCE 5.7.1 host " + HOST
                        + " said: 550-5.7.1 one 550 5.7.1 two (in reply to MAIL FROM command)"),
                step(HELLO + "C: MAIL *\nS: 451 later",
                        "DEFER 4.0.0 host " + HOST + " said: 451 later (in reply to MAIL FROM command)"),
                step(HELLO + "C: MAIL *\nX: close",
                        "DEFER 4.4.2 lost connection with " + HOST + " while sending MAIL FROM"),
                step(HELLO + "C: MAIL *\nX: stall",
                        "DEFER 4.4.2 conversation with " + HOST + " timed out while sending MAIL FROM"),
                step(MAIL + "C: RCPT *\nS: 550 5.1.1 unknown",
                        "BOUNCE 5.1.1 host " + HOST + " said: 550 5.1.1 unknown (in reply to RCPT TO command)"),
                step(MAIL + "C: RCPT *\nS: 450 4.2.0 greylisted",
                        "DEFER 4.2.0 host " + HOST + " said: 450 4.2.0 greylisted (in reply to RCPT TO command)"),
                step(MAIL + "C: RCPT *\nX: close",
                        "DEFER 4.4.2 lost connection with " + HOST + " while sending RCPT TO"),
                step(MAIL + "C: RCPT *\nX: stall",
                        "DEFER 4.4.2 conversation with " + HOST + " timed out while sending RCPT TO"),
                step(RCPT + "C: DATA\nS: 554 5.5.1 no",
                        "BOUNCE 5.5.1 host " + HOST + " said: 554 5.5.1 no (in reply to DATA command)"),
                step(RCPT + "C: DATA\nS: 452 4.3.1 full",
                        "DEFER 4.3.1 host " + HOST + " said: 452 4.3.1 full (in reply to DATA command)"),
                step(RCPT + "C: DATA\nS: 250 hm", "BOUNCE 5.5.0 Protocol error: host " + HOST
                        + " said: 250 hm (in reply to DATA command)"),
                step(DATA + "D:\nS: 354 eh",
                        "BOUNCE 5.5.0 host " + HOST + " said: 354 eh (in reply to end of DATA command)"),
                step(RCPT + "C: DATA\nX: close",
                        "DEFER 4.4.2 lost connection with " + HOST + " while sending DATA command"),
                step(DATA + "D:\nS: 550 5.6.0 bad",
                        "BOUNCE 5.6.0 host " + HOST + " said: 550 5.6.0 bad (in reply to end of DATA command)"),
                step(DATA + "D:\nS: 451 4.3.0 later",
                        "DEFER 4.3.0 host " + HOST + " said: 451 4.3.0 later (in reply to end of DATA command)"),
                step(DATA + "D:\nX: close", "DEFER 4.4.2 lost connection with " + HOST
                        + " while sending end of data -- message may be sent more than once"),
                step(DATA + "D:\nX: stall", "DEFER 4.4.2 conversation with " + HOST
                        + " timed out while sending end of data -- message may be sent more than once"),
                step(PIPELINING
                        + "C: MAIL *\nC: RCPT *\nC: DATA\nS: 550 5.7.1 no\nS: 503 mail first\nS: 503 mail first",
                        "BOUNCE 5.7.1 host " + HOST + " said: 550 5.7.1 no (in reply to MAIL FROM command)"),
                step(PIPELINING
                        + "C: MAIL *\nC: RCPT *\nC: DATA\nS: 250 ok\nS: 550 5.1.1 no\nS: 354 go\nC: .\nS: 554 none",
                        "BOUNCE 5.1.1 host " + HOST + " said: 550 5.1.1 no (in reply to RCPT TO command)"),
                step(PIPELINING + "C: MAIL *\nC: RCPT *\nC: DATA\nS: 250 ok\nX: close",
                        "DEFER 4.4.2 lost connection with " + HOST + " while sending RCPT TO"),
                step("S: 220 mail\nC: EHLO *\nS: 250-mail\nS: 250 SIZE 10",
                        "BOUNCE 5.3.4 message size 25 exceeds size limit 10 of server " + HOST));
    }

    private static Arguments step(String script, String expected) {
        return Arguments.of(script, expected);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void atEachStep(String script, String expected) {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, "example.org EMPTY", "smtp_helo_timeout", "1",
                "smtp_mail_timeout", "1", "smtp_rcpt_timeout", "1", "smtp_data_init_timeout", "1",
                "smtp_data_done_timeout", "1");
                ScriptedPeer peer = ScriptedPeer.start(script)) {
            var message = new TextMessage("Subject: x\n\nx\n");
            rig.deliver(ClientRig.request("[127.0.0.1]:" + peer.port(), "a@example.org"), message);
            int space = expected.indexOf(' ');
            assertThat(rig.kept()).containsExactly(expected.substring(0, space) + " a@example.org"
                    + expected.substring(space));
            assertThat(message.done().isEmpty()).isEqualTo(expected.startsWith("DEFER"));
            if (!script.contains("stall")) {
                assertThat(peer.problems()).isEmpty();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void aServerThatHasEnoughMaySayWhy() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, "example.org EMPTY");
                ScriptedPeer peer = ScriptedPeer.start(DATA + "S: 552 5.3.4 too much\nX: close")) {
            rig.deliver(ClientRig.request("[127.0.0.1]:" + peer.port(), "a@example.org"),
                    new TextMessage(("x".repeat(70) + "\n").repeat(100_000)));
            assertThat(rig.kept()).singleElement().asString()
                    .matches("BOUNCE a@example.org 5.3.4 .*552 5.3.4 too much .in reply to end of DATA command."
                            + "|DEFER a@example.org 4.4.2 lost connection with .* while sending message body");
        }
    }

    @Test
    void anUnreadableMessageIsNeverSentHalf() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, "example.org EMPTY");
                ScriptedPeer peer = ScriptedPeer.start(DATA + "C: one\nX: end")) {
            rig.deliver(ClientRig.request("[127.0.0.1]:" + peer.port(), "a@example.org"),
                    new TextMessage("one\ntwo\n").broken());
            assertThat(rig.kept())
                    .containsExactly("DEFER a@example.org 4.3.0 queue file read error: Input/output error");
            assertThat(peer.received()).doesNotContain(".");
        }
    }

    @Test
    void nobodyListens() throws IOException {
        int port;
        try (ScriptedPeer gone = ScriptedPeer.start()) {
            port = gone.port();
        }
        try (ClientRig rig = new ClientRig(Protocol.SMTP, "example.org EMPTY")) {
            DeliveryReport report = rig.deliver("[127.0.0.1]:" + port, "a@example.org");
            String text = "connect to 127.0.0.1[127.0.0.1]:" + port + ": Connection refused";
            assertThat(rig.kept()).containsExactly("DEFER a@example.org 4.4.1 " + text);
            assertThat(rig.log()).containsExactly(text,
                    "ABC123: to=<a@example.org>, relay=none, dsn=4.4.1, status=deferred (" + text + ")");
            assertThat(report.trouble()).contains(new DeliveryReport.SiteTrouble("4.4.1", text));
        }
    }

    @Test
    void greetingsThatRefuseBounceWhenTheyAreNotSkipped() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, "example.org EMPTY", "smtp_skip_5xx_greeting", "no");
                ScriptedPeer peer = ScriptedPeer.start("S: 554 5.7.1 no")) {
            rig.deliver("[127.0.0.1]:" + peer.port(), "a@example.org");
            assertThat(rig.kept()).singleElement().asString().startsWith("BOUNCE a@example.org 5.7.1 host ");
        }
    }

    @Test
    void withoutTlsNothingLeavesInTheClear() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, "example.org EMPTY", "smtp_tls_security_level", "encrypt");
                ScriptedPeer peer = ScriptedPeer.start("S: 220 x\nC: EHLO *\nS: 250 x\nC: QUIT\n")) {
            rig.deliver("[127.0.0.1]:" + peer.port(), "a@example.org");
            assertThat(rig.kept()).containsExactly(
                    "DEFER a@example.org 4.7.4 TLS is required, but was not offered by host 127.0.0.1[127.0.0.1]");
            assertThat(peer.problems()).isEmpty();
        }
    }

    @Test
    void utf8NeedsAServerThatHasIt() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, "example.org EMPTY");
                ScriptedPeer peer = ScriptedPeer.start(HELLO)) {
            rig.deliver(ClientRig.request(DeliveryRequest.MARK_DONE, "8bit", 1 | 4, "[127.0.0.1]:" + peer.port(),
                    "a@example.org"), new TextMessage("x\n"));
            assertThat(rig.kept()).containsExactly("BOUNCE a@example.org 5.6.7 SMTPUTF8 is required, but was not"
                    + " offered by host 127.0.0.1[127.0.0.1]");
        }
    }
}
