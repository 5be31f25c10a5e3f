package org.postrider.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.testing.ContentSink;
import org.postrider.common.testing.FakeLineServer;

/**
 * SMTP smuggling outward: content with carriage returns, line feeds and dots in odd places goes through Debian's Postfix and through
 * us; the next host gets the same bytes from both, and one message of each.
 */
@Tag("peers")
@EnabledIf(value = "org.postrider.tests.Instance#imageIsStaged", disabledReason = "no image: run mvn verify")
class StrayLineEndsBesidePostfixTest {
    private static final List<String> ODD = List.of("a\n.\nb", "a\n.\r\nb", "a\r\n.\nb", "a\r.\rb", "a\r\n.\rb",
            "a\r.\r\nb",
            "a\r\r\n.\r\r\nb", "a\r\n\r.\r\nb", "a\n\r.\n\rb", "a\r\n..\r\nb", "a\r\n.b\r\n..\n...\r\nc",
            "a\0\r\n.\0\r\nb",
            "x".repeat(997) + ".\r\n.", "x".repeat(998) + "\r\n..b", "x".repeat(1500) + "\r\n" + "y".repeat(2500),
            "a\r", "\r", "\n",
            "a\r\n.\r\nMAIL FROM:<evil@x.test>\r\nRCPT TO:<evil@x.test>\r\nDATA\r\nSubject: evil\r\n\r\nevil");
    private static final String RECIPIENT = "joe@next.test";

    @TempDir
    Path folder;

    @BeforeAll
    static void needs() throws IOException {
        RealPostfix.needs(StrayLineEndsBesidePostfixTest.class);
    }

    /** As DATA, where the content can be told from its end; in one chunk; and from a local program. */
    private static void submit(int port, NoticesBesidePostfixTest.Local system)
            throws IOException, InterruptedException {
        for (String odd : ODD) {
            String content = "Subject: x\r\nMessage-ID: <1@x.test>\r\n\r\n" + odd + "\r\n";
            try (SmtpClient client = new SmtpClient(port)) {
                SmtpClient.expect("220", client.reply());
                SmtpClient.expect("250", client.command("EHLO client.test"));
                envelope(client);
                client.send("BDAT " + content.length() + " LAST\r\n" + content);
                client.reply();
                if (!content.contains("\n.\r\n") && !content.contains("\n.\n")) {
                    client.send("RSET\r\n");
                    client.reply();
                    envelope(client);
                    SmtpClient.expect("354", client.command("DATA"));
                    client.command(content.replace("\r\n.", "\r\n..") + ".");
                }
                client.send("QUIT\r\n");
                client.reply();
            }
            system.sendmail(content.replace("\r\n", "\n"), "-i", "-f", "joe@x.test", RECIPIENT);
        }
    }

    private static void envelope(SmtpClient client) throws IOException {
        SmtpClient.expect("250", client.command("MAIL FROM:<joe@x.test>"));
        SmtpClient.expect("250", client.command("RCPT TO:<" + RECIPIENT + ">"));
    }

    /** Without what says when and by whom. */
    private static List<String> plain(List<String> messages) {
        return messages.stream().map(text -> text.replaceAll("\r\nReceived:[^\r\n]*(\r\n[ \t][^\r\n]*)*", "")
                .replaceAll("\r\n(Date|From): [^\r\n]*", "").replace("\r", "\\r").replace("\n", "\\n\n")).sorted()
                .toList();
    }

    private static void awaitAll(Path spool, Path log) {
        Awaitility.await("all sent").atMost(Instance.PATIENCE).until(() -> Stream.of("maildrop", "incoming", "active")
                .mapToLong(queue -> count(spool, queue)).sum() == 0
                && Files.readString(log, StandardCharsets.ISO_8859_1).split("status=sent", -1).length > ODD.size());
    }

    private static long count(Path spool, String queue) {
        try {
            return NoticesBesidePostfixTest.queued(spool, queue);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"yes,normalize", "no,normalize", "yes,no", "no,no"})
    void theSameBytesGoOut(String replaced, String bareNewline) throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("cleanup_replace_stray_cr_lf", replaced);
        settings.put("smtpd_forbid_bare_newline", bareNewline);
        settings.put("smtpd_forbid_unauth_pipelining", "no");
        List<String> theirs = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        Path spool = folder.resolve("spool");
        ContentSink sink = new ContentSink();
        try (FakeLineServer next = new FakeLineServer(sink::serve);
                RealPostfix real = new RealPostfix(folder.resolve("real"), spool)) {
            settings.forEach(real::set);
            real.set("relayhost", "[127.0.0.1]:" + next.port()).start();
            submit(real.smtpPort(), (text, arguments) -> real.input(text, "sendmail", arguments));
            awaitAll(spool, real.log());
            theirs.addAll(plain(sink.contents()));
        }
        ContentSink second = new ContentSink();
        try (FakeLineServer next = new FakeLineServer(second::serve);
                Instance postrider = Instance.asRoot(Files.createDirectories(folder.resolve("ours")))) {
            settings.forEach(postrider::set);
            postrider.set("relayhost", "[127.0.0.1]:" + next.port()).start();
            submit(postrider.smtpPort(), (text, arguments) -> postrider.run(text, "bin/sendmail", arguments));
            awaitAll(postrider.queue(), postrider.log());
            ours.addAll(plain(second.contents()));
        }
        assertThat(ours).isEqualTo(theirs).hasSizeGreaterThan(ODD.size() * 2);
        if (replaced.equals("yes")) {
            assertThat(ours).noneMatch(text -> text.replace("\\r\\n", "").contains("\\r"));
        }
    }
}
