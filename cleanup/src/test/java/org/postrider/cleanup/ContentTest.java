package org.postrider.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.testing.LogLines;

/** What is checked in content, changed, or refused. */
class ContentTest extends CleanupFixture {
    @Test
    void checksContent() throws IOException {
        rig.table("header_checks", "regexp", "/^Subject: hold/ HOLD\n/^X-A:/ PREPEND X-Pre: yes\n"
                + "/^X-B:/ REPLACE X-C: 1\n/^X-D:/ STRIP\n/^X-E:/ REDIRECT r@example.net\n/^X-F:/ BCC b@example.net\n"
                + "/^X-G:/ FILTER foo:bar\n/^X-H:/ REJECT no\n/^X-I:/ DISCARD\n/^X-J:/ REJECT 4.7.7 later\n")
                .table("body_checks", "regexp", "/bad/ REJECT\n/swap/ REPLACE other\n").start();
        rig.send(CleanupClient.EXTERNAL, CleanupRig.ENVELOPE + """
                Rjoe@example.net
                M
                NSubject: hold
                NX-A: 1
                NX-B: 1
                NX-D: 1
                NX-E: 1
                NX-F: 1
                NX-G: 1
                NFrom: x@y
                NMessage-Id: <1>
                NDate: x
                N
                Nswap
                X
                E
                """);
        assertThat(rig.stored("hold")).endsWith("""
                NSubject: hold
                NX-Pre: yes
                NX-A: 1
                NX-C: 1
                NX-E: 1
                NX-F: 1
                NX-G: 1
                NFrom: x@y
                NMessage-Id: <1>
                NDate: x
                N
                Nother
                X
                Lfoo:bar
                >r@example.net
                Anotify_flags=1
                Ob@example.net
                Rb@example.net
                E
                """);
        assertThat(rig.refusal("NX-H: 1")).isEqualTo(new CleanupStatus(CleanupStatus.CONTENT, "5.7.1 no", rig.queueId));
        assertThat(rig.refusal("N\nNbad")).isEqualTo(
                new CleanupStatus(CleanupStatus.CONTENT, "5.7.1 message content rejected", rig.queueId));
        assertThat(rig.refusal("NX-J: 1"))
                .isEqualTo(new CleanupStatus(CleanupStatus.DEFER, "4.7.7 later", rig.queueId));
        assertThat(rig.refusal("NX-I: 1").succeeded()).isTrue();
        assertThat(rig.files("incoming")).isEmpty();
    }

    /** Header checks see what was converted, and a long line is none any more. */
    @Test
    void eightBitContentIsConvertedOnItsWayInWhereThatIsWanted() throws IOException {
        rig.table("header_checks", "regexp", "/^Content-Transfer-Encoding: quoted-printable/ PREPEND X-Seen: yes\n");
        String text = stored("NSubject: x\nNContent-Transfer-Encoding: 8bit\nN\nNfa\u00e7ade = x\nN"
                + "\u00e7".repeat(30), "force_mime_input_conversion", "yes");
        assertThat(text).contains("NX-Seen: yes\nNContent-Transfer-Encoding: quoted-printable\n",
                "N\nNfa=E7ade =3D x\nN" + "=E7".repeat(25) + "=\nN" + "=E7".repeat(5) + "\n")
                .doesNotContain("\u00e7", "8bit");
    }

    @Test
    void eightBitContentStaysAsItIsOtherwise() throws IOException {
        assertThat(stored("NContent-Transfer-Encoding: 8bit\nN\nNfa\u00e7ade"))
                .contains("NContent-Transfer-Encoding: 8bit\n", "N\nNfa\u00e7ade\n");
    }

    /** As Postfix 3.11 does with its default, and all versions did before. */
    @Test
    void aHeaderThatNoEmptyLineEndsGetsOne() throws IOException {
        assertThat(stored("NSubject: x\nNno field\nNX: y"))
                .contains("NSubject: x\n", "N\nNno field\nNX: y\n").doesNotContain("MIME-Error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "yes"})
    void aHeaderThatNoEmptyLineEndsIsMarked(String converted) throws IOException {
        assertThat(stored("NSubject: x\nNno field\nNX: y", "non_empty_end_of_header_action", "add_header",
                "force_mime_input_conversion", converted))
                .contains("NMIME-Error: message header was not terminated by empty line\n", "N\nNno field\nNX: y\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "yes"})
    void aHeaderThatNoEmptyLineEndsIsRefused(String converted) throws IOException {
        rig.set("non_empty_end_of_header_action", "reject").set("force_mime_input_conversion", converted).start();
        CleanupStatus status = rig.refusal("NSubject: x\nNno field\nNX: y");
        assertThat(status.bits()).isEqualTo(CleanupStatus.CONTENT);
        assertThat(status.reason()).isEqualTo("5.6.0 message header was not terminated by empty line");
        assertThat(rig.refusal("NSubject: x\nN\nNno field").succeeded()).isTrue();
    }

    @Test
    void refusesStrangeContent() throws IOException {
        rig.set("message_reject_characters", "\\0\\1").set("strict_8bitmime", "yes")
                .set("strict_mime_encoding_domain", "yes").set("mime_nesting_limit", "2")
                .set("message_strip_characters", "\\2").start();
        assertThat(rig.refusal("N\u0001").reason()).isEqualTo("5.7.1 disallowed character");
        assertThat(rig.refusal("NSubject: caf\u00e9").reason())
                .isEqualTo("5.6.0 improper use of 8-bit data in message header");
        assertThat(rig.refusal("N\nNbod\u00e9").reason()).isEqualTo("5.6.0 improper use of 8-bit data in message body");
        assertThat(
                rig.refusal("NContent-Type: multipart/x; boundary=a\nNContent-Transfer-Encoding: base64\nN").reason())
                .isEqualTo("5.6.0 invalid message/* or multipart/* encoding domain");
        assertThat(rig.refusal(nested(4)).succeeded()).isTrue();
        assertThat(rig.refusal(nested(5)).reason()).isEqualTo("5.6.0 MIME nesting exceeds safety limit");
    }

    private static String nested(int levels) {
        StringBuilder content = new StringBuilder();
        for (int i = 0; i < levels; i++) {
            content.append("NContent-Type: multipart/mixed; boundary=b").append(i).append("\nN\nN--b").append(i)
                    .append('\n');
        }
        return content + "N";
    }

    @Test
    void addressesAreLoggedInTheFormThatIsWanted() throws IOException {
        for (String form : List.of("external", "internal")) {
            try (LogLines log = new LogLines("org.postrider.cleanup");
                    CleanupRig other = new CleanupRig(Files.createDirectories(directory.resolve(form)))) {
                other.table("header_checks", "regexp", "/^Subject: no/ REJECT\n").set("info_log_address_format", form)
                        .start();
                other.send(CleanupClient.EXTERNAL | CleanupClient.FILTER, "T1795242026 970538\n"
                        + "Sann lee@example.com\nRjoe user@example.net\nM\nNSubject: no\nX\nE\n");
                assertThat(log.lines()).anyMatch(line -> line.endsWith(form.equals("internal")
                        ? "from=<ann lee@example.com> to=<joe user@example.net>: 5.7.1 message content rejected"
                        : "from=<\"ann lee\"@example.com> to=<\"joe user\"@example.net>: 5.7.1 message content rejected"));
            }
        }
    }

    private String stored(String content, String... settings) throws IOException {
        for (int i = 0; i < settings.length; i += 2) {
            rig.set(settings[i], settings[i + 1]);
        }
        rig.start();
        assertThat(rig.send(CleanupClient.EXTERNAL | CleanupClient.FILTER,
                CleanupRig.ENVELOPE + "Rjoe@example.net\nM\n" + content + "\nX\nE\n").succeeded()).isTrue();
        return rig.stored("incoming");
    }
}
