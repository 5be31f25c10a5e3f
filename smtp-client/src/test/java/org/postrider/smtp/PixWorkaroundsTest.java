package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.ipc.DeliveryReport;
import org.postrider.common.ipc.DeliveryRequest;
import org.postrider.common.mail.Recipient;
import org.postrider.common.testing.ScriptedPeer;
import org.postrider.common.testing.TextMessage;

/** Servers behind a firewall that hides their greeting; greetings and log lines as Postfix 3.7.11 has them. */
class PixWorkaroundsTest {
    private static final String NO_ZONE = "example.org EMPTY";
    private static final String REST = """
            S: 250 x
            C: MAIL FROM:<sender@example.com>
            S: 250 ok
            C: RCPT *
            S: 250 ok
            C: DATA
            S: 354 go
            D:
            S: 250 ok
            C: QUIT
            """;

    private static String logged(List<String> log) {
        return log.stream().filter(line -> line.contains("PIX")).map(line -> line.replaceAll(":\\d+$", ":PORT"))
                .findFirst().orElse("");
    }

    /** A message that has been in the queue for so long. */
    private static DeliveryRequest waiting(Duration queued, String nexthop) {
        long then = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now().minus(queued));
        DeliveryRequest now = ClientRig.request(nexthop, "a@example.org");
        return new DeliveryRequest(now.flags(), now.queueName(), now.queueId(), now.dataOffset(), now.dataSize(),
                now.transport(), now.nexthop(), now.encoding(), now.sendOptions(), now.sender(), now.envelopeId(),
                now.dsnReturn(), new DeliveryRequest.Times(then, then, then, then), Map.of(),
                List.of(new Recipient(100L, "a@example.org", "", "", 0)));
    }

    @ParameterizedTest
    @CsvSource({"220 ****************,HELO", "220 **2*****0*******200***02*0*,HELO", "220 mail ESMTP *****,EHLO",
            "220 *,HELO", "220 **** ESMTP,EHLO", "220 xx,EHLO", "220 2002 0*,HELO"})
    void aGreetingOfAsterisksIsTheFirewalls(String greeting, String hello) throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE);
                ScriptedPeer peer = ScriptedPeer
                        .start("S: " + greeting + "\nC: " + hello + " client.example\n" + REST)) {
            assertThat(rig.deliver("[127.0.0.1]:" + peer.port(), "a@example.org"))
                    .isEqualTo(DeliveryReport.ALL_SETTLED);
            assertThat(peer.problems()).isEmpty();
            assertThat(logged(rig.log())).isEqualTo(hello.equals("EHLO")
                    ? ""
                    : "ABC123: enabling PIX workarounds: disable_esmtp for 127.0.0.1[127.0.0.1]:PORT");
        }
    }

    @Test
    void aGreetingOfSeveralLinesIsNot() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE);
                ScriptedPeer peer = ScriptedPeer.start("S: 220-****\nS: 220 ****\nC: EHLO *\n" + REST)) {
            rig.deliver("[127.0.0.1]:" + peer.port(), "a@example.org");
            assertThat(peer.problems()).isEmpty();
            assertThat(logged(rig.log())).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"501,disable_esmtp delay_dotcrlf,true", "400,disable_esmtp,false"})
    void mailThatHasWaitedWaitsForItsDot(int seconds, String words, boolean pause) throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, "smtp_pix_workaround_delay_time", "1s");
                ScriptedPeer peer = ScriptedPeer.start("S: 220 ****\nC: HELO *\n" + REST)) {
            Instant begun = Instant.now();
            rig.deliver(waiting(Duration.ofSeconds(seconds), "[127.0.0.1]:" + peer.port()), new TextMessage("x"));
            assertThat(peer.problems()).isEmpty();
            assertThat(peer.contents()).containsExactly("x\n");
            assertThat(logged(rig.log()))
                    .isEqualTo("ABC123: enabling PIX workarounds: " + words + " for 127.0.0.1[127.0.0.1]:PORT");
            if (pause) {
                assertThat(Duration.between(begun, Instant.now())).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"inline:{{127.0.0.1=DISABLE_esmtp}},,HELO,disable_esmtp",
            "inline:{{127.0.0.1=bogus}},disable_esmtp,EHLO,''",
            "inline:{{127.0.0.2=bogus}},disable_esmtp,HELO,disable_esmtp", "fail:x,disable_esmtp,HELO,disable_esmtp"})
    void whatIsDoneCanBeSaidForEveryAddress(String maps, String usual, String hello, String words) throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, "smtp_pix_workaround_maps", maps,
                "smtp_pix_workarounds", usual == null ? "" : usual);
                ScriptedPeer peer = ScriptedPeer.start("S: 220 ****\nC: " + hello + " *\n" + REST)) {
            rig.deliver("[127.0.0.1]:" + peer.port(), "a@example.org");
            assertThat(peer.problems()).isEmpty();
            assertThat(logged(rig.log()))
                    .isEqualTo("ABC123: enabling PIX workarounds: " + words + " for 127.0.0.1[127.0.0.1]:PORT");
        }
    }

    @Test
    void whereNothingIsWantedNothingIsDone() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.SMTP, NO_ZONE, "smtp_pix_workarounds", "");
                ScriptedPeer peer = ScriptedPeer.start("S: 220 ****\nC: EHLO *\n" + REST)) {
            rig.deliver("[127.0.0.1]:" + peer.port(), "a@example.org");
            assertThat(peer.problems()).isEmpty();
            assertThat(logged(rig.log())).isEmpty();
        }
    }
}
