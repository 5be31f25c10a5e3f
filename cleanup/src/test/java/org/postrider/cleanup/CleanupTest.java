package org.postrider.cleanup;

import static org.awaitility.Awaitility.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.List;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.ipc.Attributes;
import org.postrider.common.ipc.BounceRequest;
import org.postrider.common.ipc.CleanupClient;
import org.postrider.common.ipc.CleanupStatus;
import org.postrider.common.ipc.VerifyRequest;
import org.postrider.common.testing.LogLines;

/** Records in, records out; the expected files follow what Postfix 3.7 wrote for the same messages. */
class CleanupTest {
    @TempDir
    Path directory;

    private CleanupRig rig;

    @BeforeEach
    void rig() {
        rig = new CleanupRig(directory);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private static final String ENVELOPE = """
            T1795242026 970538
            Alog_message_origin=localhost[127.0.0.1]
            Arewrite_context=local
            SSender@example.com
            """;

    @Test
    void completesHeadersAndEnvelope() throws IOException {
        rig.start();
        CleanupStatus status = rig.send(CleanupClient.EXTERNAL, ENVELOPE + """
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

    /** Postfix asks its tables for the null sender as it is written in a local part. */
    @Test
    void theNullSenderIsMappedByPatterns() throws IOException {
        rig.table("sender_canonical_maps", "regexp", "/^$/ empty@x.example\n/./ any@x.example\n").start();
        rig.send(CleanupClient.EXTERNAL, "T1795242026 970538\nArewrite_context=local\nS\nRjoe\nM\nNFrom: <>\n"
                + "NSender: \"\" <>\nNReply-To:\nX\nE\n");
        assertThat(rig.stored("incoming")).contains("\nSany@x.example\n").contains("\nNFrom: <>\nNSender: \"\" <>\n");
    }

    @Test
    void mapsAddresses() throws IOException {
        rig.table("canonical_maps", "texthash", "Sender@example.com canon.sender@example.com\n"
                + "@old.example @new.example\ncrcpt@example.com canon-rcpt@example.net\n")
                .table("virtual_alias_maps", "texthash", "list@example.com a@example.net, b@example.net, list2\n"
                        + "list2@mail.example.com c@example.net, list@example.com\n"
                        + "self@example.com self@example.com, other@example.net\n@va.example @example.net\n"
                        + "plus@example.com target@example.net\n")
                .table("sender_bcc_maps", "texthash", "canon.sender@example.com sbcc\n")
                .table("recipient_bcc_maps", "texthash", "list@example.com rbcc@example.net\n")
                .set("always_bcc", "always@example.net").set("delay_warning_time", "4h")
                .set("masquerade_domains", "masq.example").set("recipient_delimiter", "+").start();
        CleanupStatus status = rig.send(CleanupClient.EXTERNAL, ENVELOPE + """
                Rlist@example.com
                Ruser+ext@va.example
                Rself@example.com
                RSelf@Example.com
                Rcrcpt@example.com
                Rfoo@old.example
                Rfoo@x.masq.example
                Rplus+tag@example.com
                M
                NFrom: Sender@example.com
                NTo: y@sub.masq.example, crcpt@example.com
                NMessage-Id: <1>
                NDate: x
                X
                E
                """);
        assertThat(status.succeeded()).isTrue();
        assertThat(rig.stored("incoming").lines().filter(line -> "SWRONAE".indexOf(line.charAt(0)) >= 0)
                .filter(line -> !line.startsWith("Alog") && !line.startsWith("Adsn") && !line.startsWith("Acr")))
                .containsExactly("Arewrite_context=local", "Scanon.sender@example.com", "Anotify_flags=1",
                        "Osbcc@mail.example.com",
                        "Rsbcc@mail.example.com", "W     1795256426", "Olist@example.com", "Ra@example.net",
                        "Olist@example.com", "Rb@example.net", "Olist@example.com", "Rc@example.net",
                        "Anotify_flags=1", "Orbcc@example.net", "Rrbcc@example.net", "Ouser+ext@va.example",
                        "Ruser+ext@example.net", "Oself@example.com", "Rself@example.com", "Oself@example.com",
                        "Rother@example.net", "Ocrcpt@example.com", "Rcanon-rcpt@example.net", "Ofoo@old.example",
                        "Rfoo@new.example", "Ofoo@x.masq.example", "Rfoo@x.masq.example", "Oplus+tag@example.com",
                        "Rtarget+tag@example.net", "NFrom: canon.sender@example.com",
                        "NTo: y@masq.example, canon-rcpt@example.net", "NMessage-Id: <1>", "NDate: x",
                        "Anotify_flags=1", "Oalways@example.net", "Ralways@example.net", "E");
    }

    @Test
    void checksContent() throws IOException {
        rig.table("header_checks", "regexp", "/^Subject: hold/ HOLD\n/^X-A:/ PREPEND X-Pre: yes\n"
                + "/^X-B:/ REPLACE X-C: 1\n/^X-D:/ STRIP\n/^X-E:/ REDIRECT r@example.net\n/^X-F:/ BCC b@example.net\n"
                + "/^X-G:/ FILTER foo:bar\n/^X-H:/ REJECT no\n/^X-I:/ DISCARD\n/^X-J:/ REJECT 4.7.7 later\n")
                .table("body_checks", "regexp", "/bad/ REJECT\n/swap/ REPLACE other\n").start();
        rig.send(CleanupClient.EXTERNAL, ENVELOPE + """
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
        assertThat(refusal("NX-H: 1")).isEqualTo(new CleanupStatus(CleanupStatus.CONTENT, "5.7.1 no", rig.queueId));
        assertThat(refusal("N\nNbad")).isEqualTo(
                new CleanupStatus(CleanupStatus.CONTENT, "5.7.1 message content rejected", rig.queueId));
        assertThat(refusal("NX-J: 1")).isEqualTo(new CleanupStatus(CleanupStatus.DEFER, "4.7.7 later", rig.queueId));
        assertThat(refusal("NX-I: 1").succeeded()).isTrue();
        assertThat(rig.files("incoming")).isEmpty();
    }

    private CleanupStatus refusal(String content) throws IOException {
        return rig.send(CleanupClient.EXTERNAL, ENVELOPE + "Rjoe@example.net\nM\n" + content + "\nX\nE\n");
    }

    private String stored(String content, String... settings) throws IOException {
        for (int i = 0; i < settings.length; i += 2) {
            rig.set(settings[i], settings[i + 1]);
        }
        rig.start();
        assertThat(rig.send(CleanupClient.EXTERNAL | CleanupClient.FILTER,
                ENVELOPE + "Rjoe@example.net\nM\n" + content + "\nX\nE\n").succeeded()).isTrue();
        return rig.stored("incoming");
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
        CleanupStatus status = refusal("NSubject: x\nNno field\nNX: y");
        assertThat(status.bits()).isEqualTo(CleanupStatus.CONTENT);
        assertThat(status.reason()).isEqualTo("5.6.0 message header was not terminated by empty line");
        assertThat(refusal("NSubject: x\nN\nNno field").succeeded()).isTrue();
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

    @Test
    void refusesWhatIsTooMuch() throws IOException {
        rig.set("message_size_limit", "1000").set("hopcount_limit", "2").start();
        assertThat(refusal("N" + "x".repeat(1000)).bits()).isEqualTo(CleanupStatus.SIZE);
        assertThat(refusal("NReceived: x\nNReceived: x\nNReceived: x").bits()).isEqualTo(CleanupStatus.HOPS);
        assertThat(rig.send(0, ENVELOPE + "M\nX\nE\n").bits()).isEqualTo(CleanupStatus.NO_RECIPIENTS);
        assertThat(rig.send(0, "Rjoe\nM\nX\nE\n").bits()).isEqualTo(CleanupStatus.BAD);
        assertThat(rig.files("incoming")).isEmpty();
        assertThat(rig.bounced).isEmpty();
    }

    @Test
    void tellsTheSenderWhereTheClientCannot() throws IOException {
        rig.set("message_size_limit", "1000").start();
        CleanupStatus status = rig.send(CleanupClient.BOUNCE, ENVELOPE + "Rjoe@example.net\nM\nN" + "x".repeat(1000)
                + "\nX\nE\n");
        assertThat(status.succeeded()).isTrue();
        assertThat(rig.files("incoming")).isEmpty();
        assertThat(rig.bounced).hasSize(2);
        assertThat(rig.bounced.getFirst().get("reason")).isEqualTo("message file too big");
    }

    @Test
    void whatTheDiskRefusesIsRefusedForNow() throws IOException {
        rig.startOnBadDisk();
        try (LogLines log = new LogLines("org.postrider.cleanup")) {
            assertThat(refusal("N").bits()).isEqualTo(CleanupStatus.WRITE);
            assertThat(log.lines()).contains(rig.queueId + ": write queue file: Input/output error");
        }
        assertThat(rig.files("incoming")).isEmpty();
    }

    @Test
    void withoutAPlaceForFilesTheClientIsToldAtOnce() throws IOException {
        rig.start();
        Path incoming = directory.resolve("incoming");
        Files.deleteIfExists(incoming);
        Files.createFile(incoming);
        try (LogLines log = new LogLines("org.postrider.cleanup")) {
            assertThatThrownBy(() -> refusal("N")).isInstanceOf(IOException.class);
            await().atMost(Duration.ofMinutes(1)).until(() -> !log.lines().isEmpty());
            assertThat(log.lines()).allMatch(line -> line.startsWith("can't create a queue file: " + directory)
                    && line.endsWith(": Not a directory"));
        }
    }

    @Test
    void brokenTablesDefer() throws IOException {
        rig.set("virtual_alias_maps", "texthash:/nonexistent").start();
        CleanupStatus status = refusal("N");
        assertThat(status.temporary()).isTrue();
        assertThat(rig.files("incoming")).isEmpty();
    }

    @Test
    void clientsThatLeaveLeaveNothing() throws IOException {
        rig.start();
        try (CleanupClient.Message message = new CleanupClient(rig.harness.client("public/cleanup")).begin(0)) {
            assertThat(rig.files("incoming")).hasSize(1);
            assertThat(message.queueId()).isNotEmpty();
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> rig.files("incoming").isEmpty());
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
    void refusesStrangeContent() throws IOException {
        rig.set("message_reject_characters", "\\0\\1").set("strict_8bitmime", "yes")
                .set("strict_mime_encoding_domain", "yes").set("mime_nesting_limit", "2")
                .set("message_strip_characters", "\\2").start();
        assertThat(refusal("N\u0001").reason()).isEqualTo("5.7.1 disallowed character");
        assertThat(refusal("NSubject: caf\u00e9").reason())
                .isEqualTo("5.6.0 improper use of 8-bit data in message header");
        assertThat(refusal("N\nNbod\u00e9").reason()).isEqualTo("5.6.0 improper use of 8-bit data in message body");
        assertThat(refusal("NContent-Type: multipart/x; boundary=a\nNContent-Transfer-Encoding: base64\nN").reason())
                .isEqualTo("5.6.0 invalid message/* or multipart/* encoding domain");
        assertThat(refusal(nested(4)).succeeded()).isTrue();
        assertThat(refusal(nested(5)).reason()).isEqualTo("5.6.0 MIME nesting exceeds safety limit");
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
    void anAliasForSeveralAddressesIsDeliverableAndAProbeOfItEndsHere() throws IOException {
        List<Attributes> told = new CopyOnWriteArrayList<>();
        rig.harness.fake("private/verify", connection -> {
            told.add(Attributes.read(connection.in()));
            new VerifyRequest.Answer(VerifyRequest.Status.DELIVERABLE, "").toAttributes().write(connection.out());
            connection.out().flush();
        });
        rig.table("virtual_alias_maps", "texthash", "list@example.com a@example.net, b@example.net\n").start();
        CleanupStatus status = rig.send(CleanupClient.INTERNAL, """
                T1795242026 0
                Atrace_flags=256
                Sdouble-bounce@example.com
                Rlist@example.com
                M
                NSubject: x
                X
                E
                """);
        assertThat(status.succeeded()).isTrue();
        assertThat(told).containsExactly(new VerifyRequest.Update("list@example.com",
                VerifyRequest.Status.DELIVERABLE, "aliased to multiple recipients").toAttributes());
        assertThat(rig.stored("incoming")).startsWith("C0\n").doesNotContain("\nR");
    }

    @Test
    void whoWantsToHearOfSuccessHearsOfTheExpansion() throws IOException {
        List<Attributes> told = new CopyOnWriteArrayList<>();
        rig.harness.fake("private/trace", connection -> {
            told.add(Attributes.read(connection.in()));
            BounceRequest.answer(told.size() == 1).write(connection.out());
            connection.out().flush();
        });
        rig.table("virtual_alias_maps", "texthash", "list@example.com a@example.net, b@example.net\n").start();
        String text = """
                T1795242026 0
                Sme@example.com
                Anotify_flags=2
                Rlist@example.com
                Anotify_flags=6
                Rother@example.com
                M
                NSubject: x
                X
                E
                """;
        assertThat(rig.send(CleanupClient.EXTERNAL, text).succeeded()).isTrue();
        BounceRequest request = BounceRequest.fromAttributes(told.getFirst());
        assertThat(request.entry().orElseThrow().action()).isEqualTo("expanded");
        assertThat(request.entry().orElseThrow().recipient().address()).isEqualTo("list@example.com");
        assertThat(rig.stored("incoming")).contains("Anotify_flags=1\nOlist@example.com\nRa@example.net\n",
                "Anotify_flags=1\nOlist@example.com\nRb@example.net\n",
                "Anotify_flags=6\nOother@example.com\nRother@example.com\n");
        assertThat(rig.send(CleanupClient.EXTERNAL, text).succeeded()).isFalse();
    }
}
