package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.smtp.Reply;
import org.postrider.common.testing.ScriptedPeer;

class LmtpTest {
    @TempDir
    private Path directory;

    @Test
    void oneReplyForEachRecipient() throws IOException {
        Path socket = directory.resolve("lmtp");
        try (ClientRig rig = new ClientRig(Protocol.LMTP, "example.org EMPTY");
                ScriptedPeer peer = ScriptedPeer.startAt(socket, """
                        S: 220 store LMTP
                        C: LHLO client.example
                        S: 250-store
                        S: 250 PIPELINING
                        C: MAIL FROM:<sender@example.com>
                        C: RCPT TO:<a@example.org>
                        C: RCPT TO:<b@example.org>
                        C: RCPT TO:<c@example.org>
                        C: DATA
                        S: 250 ok
                        S: 250 ok
                        S: 250 ok
                        S: 550 5.1.1 no c
                        S: 354 go
                        D:
                        S: 250 2.1.5 a has it
                        S: 452 4.2.2 b is full
                        C: QUIT
                        S: 221 bye
                        """)) {
            rig.deliver("unix:" + socket, "a@example.org", "b@example.org", "c@example.org");
            assertThat(peer.problems()).isEmpty();
            String relay = "client.example[" + socket + "]";
            assertThat(rig.kept()).containsExactlyInAnyOrder(
                    "BOUNCE c@example.org 5.1.1 host " + relay + " said: 550 5.1.1 no c (in reply to RCPT TO command)",
                    "DEFER b@example.org 4.2.2 host " + relay
                            + " said: 452 4.2.2 b is full (in reply to end of DATA command)");
            assertThat(rig.log()).contains("ABC123: to=<a@example.org>, relay=" + relay
                    + ", dsn=2.1.5, status=sent (250 2.1.5 a has it)");
        }
    }

    @Test
    void aServerWithoutReportsMayBeTheEnd() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.LMTP, "example.org EMPTY");
                ClientRig last = new ClientRig(Protocol.LMTP, "example.org EMPTY", "lmtp_assume_final", "yes")) {
            Capabilities reports = Capabilities.of(new Reply(250, "", List.of("x", "DSN")), Set.of());
            assertThat(rig.parts().action(Capabilities.NONE)).isEqualTo("relayed");
            assertThat(last.parts().action(Capabilities.NONE)).isEqualTo("delivered");
            assertThat(last.parts().action(reports)).isEmpty();
        }
    }

    @Test
    void noSuchSocket() throws IOException {
        try (ClientRig rig = new ClientRig(Protocol.LMTP, "example.org EMPTY")) {
            rig.deliver("unix:" + directory.resolve("none"), "a@example.org");
            assertThat(rig.kept()).containsExactly("DEFER a@example.org 4.4.1 connect to client.example["
                    + directory.resolve("none") + "]: No such file or directory");
        }
    }
}
