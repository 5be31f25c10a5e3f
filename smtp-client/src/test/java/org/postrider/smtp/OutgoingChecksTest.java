package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.postrider.common.testing.ScriptedPeer;
import org.postrider.common.testing.TextMessage;

/** smtp_header_checks and its kin; content and log lines are those of Postfix 3.7.11 given the same tables. */
class OutgoingChecksTest {
    private static final String TAKES_ALL = """
            S: 220 x
            C: EHLO *
            S: 250 x
            C: MAIL FROM:*
            S: 250 ok
            C: RCPT TO:*
            S: 250 ok
            C: DATA
            S: 354 go
            D:
            S: 250 2.0.0 taken
            C: QUIT
            S: 221 bye
            """;
    private static final String HEADER = "regexp:{{/^Received:/ IGNORE},{/^Subject: warnme/ WARN careful},"
            + "{/^X-Rep:/ REPLACE X-New: text},{/^X-Pre:/ PREPEND X-Before: yes},{/^X-Bad:/ PREPEND no header},"
            + "{/^X-Strip:/ STRIP gone},{/^X-Rej:/ REJECT no},{/^X-Empty:/ REPLACE}}";
    private static final String BODY = "regexp:{{/^drop/ IGNORE},{/^repl/ REPLACE other line},{/^prep/ PREPEND before},"
            + "{/^warn/ WARN w},{/^rej/ REJECT}}";
    private static final String MIME = "regexp:{{/^Content-Type: image/ REPLACE Content-Type: application/x-img}}";
    private static final String NESTED = "regexp:{{/^Subject: inner/ REPLACE Subject: INNER}}";

    private static ClientRig rig() {
        return new ClientRig(Protocol.SMTP, "", "smtp_header_checks", HEADER, "smtp_body_checks", BODY,
                "smtp_mime_header_checks", MIME, "smtp_nested_header_checks", NESTED);
    }

    private static String sent(ClientRig rig, String message) throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.start(TAKES_ALL)) {
            rig.deliver(ClientRig.request("[127.0.0.1]:" + peer.port(), "u@x.test"), new TextMessage(message));
            assertThat(peer.problems()).isEmpty();
            return peer.contents().getFirst();
        }
    }

    @Test
    void headerFieldsAreTakenOutReplacedAndPutIn() throws IOException {
        try (ClientRig rig = rig()) {
            assertThat(sent(rig,
                    "Received: by a\n\twith b\nSubject: warnme a\n b\nX-Rep: 1\nX-Pre: 2\nX-Bad: 3\nX-Strip: 4\n"
                            + "X-Rej: 5\nX-Empty: 6\n\nSubject: warnme\n"))
                    .isEqualTo("Subject: warnme a\n b\nX-New: text\nX-Before: yes\nX-Pre: 2\nX-Bad: 3\nX-Rej: 5\n"
                            + "X-Empty: 6\n\nSubject: warnme\n");
            assertThat(rig.log()).startsWith("ABC123: warning: header Subject: warnme a? b: careful",
                    "ABC123: replace: header X-Rep: 1: X-New: text", "ABC123: prepend: header X-Pre: 2: X-Before: yes",
                    "bad PREPEND header text \"no header\" in smtp_header_checks map -- need \"headername: headervalue\"",
                    "ABC123: strip: header X-Strip: 4: gone",
                    "unsupported command in smtp_header_checks map: REJECT no",
                    "REPLACE action without text in smtp_header_checks map");
        }
    }

    @Test
    void bodyLinesToo() throws IOException {
        try (ClientRig rig = rig()) {
            assertThat(sent(rig, "Subject: x\n\nbody\ndropme\nreplme\nprepme\nwarnme\nrejme\n"))
                    .isEqualTo("Subject: x\n\nbody\nother line\nbefore\nprepme\nwarnme\nrejme\n");
            assertThat(rig.log()).startsWith("ABC123: replace: body replme: other line",
                    "ABC123: prepend: body prepme: before", "ABC123: warning: body warnme: w",
                    "unsupported command in smtp_body_checks map: REJECT");
        }
    }

    @Test
    void partsAndNestedMessagesHaveTheirOwn() throws IOException {
        try (ClientRig rig = rig()) {
            assertThat(sent(rig, """
                    Subject: mime
                    MIME-Version: 1.0
                    Content-Type: multipart/mixed; boundary=b

                    pre
                    --b
                    Content-Type: image/png

                    abc
                    --b
                    Content-Type: message/rfc822

                    Subject: inner

                    drop this
                    x
                    --b--
                    """)).isEqualTo("""
                    Subject: mime
                    MIME-Version: 1.0
                    Content-Type: multipart/mixed; boundary=b

                    pre
                    --b
                    Content-Type: application/x-img

                    abc
                    --b
                    Content-Type: message/rfc822

                    Subject: INNER

                    x
                    --b--
                    """);
        }
    }

    @Test
    void aTableThatCanNotBeAskedDefers() throws IOException {
        try (ScriptedPeer peer = ScriptedPeer.start(TAKES_ALL.substring(0, TAKES_ALL.indexOf("D:")));
                ClientRig rig = new ClientRig(Protocol.SMTP, "", "smtp_header_checks",
                        "texthash:/nonexistent/checks")) {
            assertThat(rig.deliver(ClientRig.request("[127.0.0.1]:" + peer.port(), "u@x.test"),
                    new TextMessage("Subject: x\n\n")).someRemain()).isTrue();
            assertThat(rig.kept()).containsExactly("DEFER u@x.test 4.3.0 smtp_header_checks lookup failure");
        }
    }
}
