package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.queue.RecordReader;
import org.postrider.common.queue.RecordType;
import org.postrider.common.smtp.Reply;
import org.postrider.common.testing.DaemonHarness;
import org.postrider.common.testing.ScriptedPeer;
import org.postrider.common.wire.Connection;

/** Sessions that the postmaster hears of (notify_classes, class protocol), as Postfix 3.7 was seen to tell of them. */
class TranscriptTest {
    private static final Peer PEER = new Peer("mx.example.org", "192.0.2.1", 25);

    @TempDir
    Path root;

    private final List<String> told = new ArrayList<>();
    private final LinkedBlockingQueue<String> letters = new LinkedBlockingQueue<>();

    private Transcript transcript() {
        return new Transcript(PEER, false, Optional.of((_, lines) -> told.addAll(lines)));
    }

    private void refused(int code) {
        Transcript transcript = transcript();
        transcript.in(code + " what");
        transcript.refused(new Reply(code, "", List.of("what")));
        transcript.end();
    }

    @ParameterizedTest
    @ValueSource(ints = {250, 354, 500, 501, 502, 503, 504, 509, 555})
    void oneOfTheTwoIsWrong(int code) {
        refused(code);
        assertThat(told).containsExactly(" In:  " + code + " what");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 421, 450, 451, 452, 521, 530, 550, 552, 553, 554, 571})
    void aRefusalIsNobodysMistake(int code) {
        refused(code);
        assertThat(told).isEmpty();
    }

    @Test
    void theNewestLinesAreKeptAndLongOnesCut() {
        Transcript transcript = transcript();
        for (int i = 0; i < 150; i++) {
            transcript.out("line " + i);
        }
        transcript.in("500 " + "x".repeat(300));
        transcript.refused(new Reply(500, "", List.of("x")));
        transcript.end();
        transcript.end();
        assertThat(told).hasSize(100).startsWith(" Out: line 51").endsWith(" In:  500 " + "x".repeat(196) + "...");
    }

    @Test
    void aSessionIsToldWhenItHasEnded() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.start("""
                S: 220 mail ESMTP
                C: EHLO *
                S: 250 mail
                C: MAIL *
                S: 250 ok
                C: RCPT *
                S: 501 bad syntax
                C: QUIT
                S: 221 bye
                """, """
                S: 220 mail ESMTP
                C: EHLO *
                S: 250-mail
                S: 250 PIPELINING
                C: MAIL *
                C: RCPT *
                C: DATA
                S: 250 ok
                S: 550 5.1.1 nobody
                S: 503 nobody to send to
                C: QUIT
                S: 221 bye
                """, """
                S: 500 no
                C: QUIT
                S: 221 bye
                """); ClientRig rig = new ClientRig(Protocol.SMTP, "example.org EMPTY")) {
            rig.deliver("[127.0.0.1]:" + peer.port(), "u@example.org");
            assertThat(rig.told().poll(60, TimeUnit.SECONDS).lines()).containsExactly(" In:  220 mail ESMTP",
                    " Out: EHLO client.example", " In:  250 mail", " Out: MAIL FROM:<sender@example.com>",
                    " In:  250 ok",
                    " Out: RCPT TO:<u@example.org>", " In:  501 bad syntax", " Out: QUIT");
            rig.deliver("[127.0.0.1]:" + peer.port(), "u@example.org");
            rig.deliver("[127.0.0.1]:" + peer.port(), "u@example.org");
            assertThat(rig.told().poll(60, TimeUnit.SECONDS)).isEqualTo(" In:  500 no\n Out: QUIT");
            assertThat(peer.problems()).isEmpty();
        }
    }

    private void cleanup(Connection connection) throws IOException {
        Attributes begin = Attributes.read(connection.in());
        StringBuilder letter = new StringBuilder("flags " + begin.get("flags") + "\n");
        new Attributes().put("queue_id", "4NEW").write(connection.out());
        connection.out().flush();
        RecordReader reader = new RecordReader(connection.in());
        while (reader.next() && reader.type() != RecordType.END) {
            letter.append((char) reader.type().letter()).append(reader.text()).append('\n');
        }
        new CleanupStatus(CleanupStatus.OK, "", "4NEW").toAttributes().write(connection.out());
        connection.out().flush();
        letters.add(letter.toString());
    }

    @Test
    void theLetterIsPostfixs() throws Exception {
        try (DaemonHarness harness = new DaemonHarness(root)) {
            harness.set("myhostname", "mx.example.test").set("myorigin", "x.test").set("mail_name", "Postfix")
                    .set("error_notice_recipient", "errors").set("notify_classes", "resource, Protocol");
            harness.fake("public/cleanup", this::cleanup);
            Transcript.Postmaster postmaster = Transcript.Postmaster
                    .of(harness.context("smtp", "smtp", "unix"), Protocol.SMTP).orElseThrow();
            postmaster.tell(PEER, List.of(" In:  500 no", " Out: QUIT"));
            assertThat(letters.poll(60, TimeUnit.SECONDS))
                    .contains("\nSdouble-bounce@mx.example.test\nRerrors@x.test\nM\n")
                    .contains("\nNReceived: by mx.example.test (Postfix)\nN\tid 4NEW; ")
                    .contains("\nNFrom: Mail Delivery System <MAILER-DAEMON@mx.example.test>\n"
                            + "NTo: Postmaster <errors@x.test>\n"
                            + "NSubject: Postfix SMTP client: errors from mx.example.org[192.0.2.1]:25\nN\n"
                            + "NUnexpected response from mx.example.org[192.0.2.1]:25.\nN\n"
                            + "NTranscript of session follows.\nN\nN In:  500 no\nN Out: QUIT\nN\n"
                            + "NFor other details, see the local mail logfile\nX\n");
            harness.set("notify_classes", "resource, software");
            assertThat(Transcript.Postmaster.of(harness.context("smtp", "smtp", "unix"), Protocol.SMTP)).isEmpty();
        }
    }
}
