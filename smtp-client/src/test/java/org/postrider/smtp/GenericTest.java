package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.postrider.common.testing.ScriptedPeer;
import org.postrider.common.testing.TextMessage;

/** smtp_generic_maps: envelope and header, generic(5). */
class GenericTest {
    private static final String TAKES_ALL = """
            S: 220 x
            C: EHLO *
            S: 250 x
            C: MAIL FROM:<account@isp.example>
            S: 250 ok
            C: RCPT TO:<her+ext@isp.example>
            S: 250 ok
            C: DATA
            S: 354 go
            D:
            S: 250 2.0.0 taken
            C: QUIT
            S: 221 bye
            """;

    private static ClientRig rig(String table) {
        return new ClientRig(Protocol.SMTP, "", "smtp_generic_maps", table, "myorigin", "local.test", "mydestination",
                "local.test", "recipient_delimiter", "+", "propagate_unmatched_extensions", "generic", "mydomain",
                "example.net");
    }

    @Test
    void addressesChangeOnTheirWayOut() throws IOException {
        String table = "inline:{{sender@example.com=account@isp.example},{her=her@isp.example},"
                + "{@old.test=@new},{plain@x.test=someone}}";
        try (ScriptedPeer peer = ScriptedPeer.start(TAKES_ALL); ClientRig rig = rig(table)) {
            rig.deliver(ClientRig.request("[127.0.0.1]:" + peer.port(), "her+ext@local.test"),
                    new TextMessage("Received: by sender@example.com\nFrom: Me <sender@example.com> (here)\n"
                            + "To: her@local.test,\n  b@old.test, c@other.test\nCc: c@other.test,\n   d@other.test\n"
                            + "Subject: sender@example.com\nReply-To: plain@x.test\n\nFrom: sender@example.com\n"));
            assertThat(peer.problems()).isEmpty();
            assertThat(peer.contents()).containsExactly("Received: by sender@example.com\n"
                    + "From: Me <account@isp.example> (here)\nTo: her@isp.example, b@new.example.net, c@other.test\n"
                    + "Cc: c@other.test,\n   d@other.test\nSubject: sender@example.com\nReply-To: someone@local.test\n\n"
                    + "From: sender@example.com\n");
            assertThat(rig.log().getLast()).contains("to=<her+ext@local.test>").contains("status=sent");
        }
    }

    @Test
    void aTableThatCanNotBeAskedDefers() throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.start("S: 220 x\nC: EHLO *\nS: 250 x\nC: QUIT\n");
                ClientRig rig = rig("texthash:/nonexistent/generic")) {
            assertThat(rig.deliver("[127.0.0.1]:" + peer.port(), "u@x.test").someRemain()).isTrue();
            assertThat(rig.kept()).containsExactly("DEFER u@x.test 4.3.0 smtp_generic_maps lookup failure");
        }
    }

    @Test
    void whatIsNoHeaderStaysAsItIs() throws IOException {
        for (String content : new String[]{"", "no header\nFrom: sender@example.com\n", "\nFrom: sender@example.com\n",
                "From: sender@example.net\n" + "X: " + "y".repeat(200_000) + "\nFrom: sender@example.com\n"}) {
            try (ScriptedPeer peer = ScriptedPeer.start(TAKES_ALL);
                    ClientRig rig = rig("inline:{{sender@example.com=account@isp.example},{her=her@isp.example}}")) {
                rig.deliver(ClientRig.request("[127.0.0.1]:" + peer.port(), "her+ext@local.test"),
                        new TextMessage(content));
                assertThat(peer.problems()).isEmpty();
                assertThat(String.join("", peer.contents()).replace("\n ", "")).isEqualTo(content);
            }
        }
    }
}
