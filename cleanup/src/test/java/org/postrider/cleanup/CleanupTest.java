package org.postrider.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;

/** Records in, records out; the expected files follow what Postfix 3.7 wrote for the same messages. */
class CleanupTest extends CleanupFixture {
    @Test
    void completesHeadersAndEnvelope() throws IOException {
        rig.start();
        CleanupStatus status = rig.send(CleanupClient.EXTERNAL, CleanupRig.ENVELOPE + """
                RUser@example.net
                Rjoe
                RJOE
                M
                NTo: joe, a@b,
                N c@d
                NReturn-Path: <x>
                NBcc: secret
                NContent-Transfer-Encoding: 8bit
                NX-Foo : joe
                N
                Nbo\\rdy
                Lpart
                Nend
                X
                E
                """);
        assertThat(status).isEqualTo(new CleanupStatus(0, "", rig.queueId));
        assertThat(rig.stored("incoming")).isEqualTo("""
                C2
                T1795242026 970538
                Acreate_time=1795242026
                Alog_message_origin=localhost[127.0.0.1]
                Arewrite_context=local
                SSender@example.com
                Adsn_orig_rcpt=rfc822;User@example.net
                OUser@example.net
                RUser@example.net
                Adsn_orig_rcpt=rfc822;joe@mail.example.com
                Ojoe
                Rjoe@mail.example.com
                M
                NTo: joe@mail.example.com, a@b, c@d
                NContent-Transfer-Encoding: 8bit
                NX-Foo: joe
                NMessage-Id: <20261121062026.ID@mail.example.com>
                NDate: Sat, 21 Nov 2026 06:20:26 +0000 (UTC)
                NFrom: Sender@example.com
                N
                Nbo dy
                Lpart
                Nend
                X
                Aencoding=8bit
                E
                """);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(rig.only("incoming"))))
                .isEqualTo("rwx------");
    }

    @Test
    void remoteMailKeepsItsHeaders() throws IOException {
        rig.start();
        rig.send(CleanupClient.EXTERNAL, """
                T1795242026 970538
                Arewrite_context=remote
                S
                Rjoe
                M
                NTo: joe
                X
                E
                """);
        assertThat(rig.stored("incoming")).contains("M\nNTo: joe\nX\nE\n").contains("\nS\nA");
    }

    @Test
    void quotedOperatorsInHeadersArePartOfTheName() throws IOException {
        rig.start();
        rig.send(CleanupClient.EXTERNAL, "T1795242026 1\nSme\nRjoe\nM\nNTo: joe\\@x, \"a!b\", \"c d\"@e\nX\nE\n");
        assertThat(rig.stored("incoming"))
                .contains("NTo: \"joe@x\"@mail.example.com, a!b@mail.example.com, \"c d\"@e\n");
    }

    @Test
    void namesThatAreNotAsciiAreEncoded() throws IOException {
        rig.start();
        rig.send(CleanupClient.EXTERNAL, "T1795242026 1\nFJ\u00c3\u00b6rg X\nSme\nRjoe\nM\nNTo: a@b\nX\nE\n");
        assertThat(rig.stored("incoming")).contains("NFrom: =?utf-8?Q?J=C3=B6rg_X?= <me@mail.example.com>\n");
        assertThat(EncodedWords.of("\u00c3\u00b6".repeat(20), "utf-8").split(" ", -1)).hasSize(3)
                .allMatch(word -> word.length() <= 75);
    }

    @Test
    void resentMessagesAreCompletedAsSuch() throws IOException {
        rig.start();
        rig.send(CleanupClient.EXTERNAL, "T1795242026 1\nFFull Name, Jr\nSme\nRjoe\nM\nNResent-To: a@b\nX\nE\n");
        assertThat(rig.stored("incoming")).contains("""
                NResent-To: a@b
                NResent-Message-Id: <20261121062026.ID@mail.example.com>
                NResent-Date: Sat, 21 Nov 2026 06:20:26 +0000 (UTC)
                NResent-From: "Full Name, Jr" <me@mail.example.com>
                X
                """);
    }

    /** As Postfix does; tests/SubmittedHeadersBesidePostfixTest asks both. */
    @Test
    void aResentBccThatIsDroppedMakesAMessageResent() throws IOException {
        rig.start();
        rig.send(CleanupClient.EXTERNAL, "T1795242026 1\nSme\nRjoe\nM\nNResent-Bcc: a@b\nX\nE\n");
        assertThat(rig.stored("incoming")).contains("NResent-Message-Id: ").doesNotContain("NMessage-Id: ")
                .doesNotContain("Resent-Bcc");
    }

    @Test
    void smtputf8IsAskedForOrFoundOut() throws IOException {
        rig.start();
        assertThat(utf8(CleanupClient.EXTERNAL, "joe", "\u00fc")).isZero();
        assertThat(utf8(CleanupClient.EXTERNAL | CleanupClient.SMTPUTF8, "joe", "x")).isEqualTo(1);
        int detecting = CleanupClient.EXTERNAL | CleanupClient.DETECT_UTF8;
        assertThat(utf8(detecting, "joe", "x")).isZero();
        assertThat(utf8(detecting, "joe", "\u00fc")).isEqualTo(1 | 2);
        assertThat(utf8(detecting, "j\u00fc", "x")).isEqualTo(1);
    }

    private int utf8(int flags, String recipient, String subject) throws IOException {
        rig.send(flags, "T1795242026 970538\nArewrite_context=local\nSme@example.com\nR" + recipient + "\nM\nNSubject: "
                + subject + "\nX\nE\n");
        int options = rig.sendOptions("incoming");
        Files.delete(rig.only("incoming"));
        return options;
    }

    @Test
    void requirementsOfTlsAreKept() throws IOException {
        rig.start();
        int asked = CleanupClient.EXTERNAL | CleanupClient.REQUIRE_TLS;
        assertThat(options(CleanupClient.EXTERNAL, "Subject: x")).isZero();
        assertThat(options(asked, "Subject: x")).isEqualTo(32);
        assertThat(options(CleanupClient.EXTERNAL, "tls-required:  No")).isEqualTo(16);
        assertThat(options(CleanupClient.EXTERNAL, "TLS-Required: yes")).isZero();
        // RFC 8689 section 4.1: who asks for it has asked for it.
        assertThat(options(asked, "TLS-Required: no")).isEqualTo(32);
        assertThat(options(CleanupClient.EXTERNAL, "Require-TLS-ESMTP: yes")).isEqualTo(32);
        assertThat(options(CleanupClient.EXTERNAL, "Require-TLS-ESMTP: no")).isZero();
        assertThat(options(CleanupClient.EXTERNAL, "Subject: x\nN\nNTLS-Required: no")).isZero();
    }

    @Test
    void requirementsInHeadersCanBeTurnedOff() throws IOException {
        rig.set("tls_required_enable", "no").set("requiretls_esmtp_header", "no").start();
        assertThat(options(CleanupClient.EXTERNAL, "TLS-Required: no")).isZero();
        assertThat(options(CleanupClient.EXTERNAL, "Require-TLS-ESMTP: yes")).isZero();
    }

    private int options(int flags, String header) throws IOException {
        rig.send(flags, "T1795242026 970538\nSme@example.com\nRjoe\nM\nN" + header + "\nX\nE\n");
        int options = rig.sendOptions("incoming");
        Files.delete(rig.only("incoming"));
        return options;
    }
}
