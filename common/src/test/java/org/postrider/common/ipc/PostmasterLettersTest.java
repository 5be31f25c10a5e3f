package org.postrider.common.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.queue.RecordReader;
import org.postrider.common.testing.LogLines;

/** Letters about sessions, as records. */
class PostmasterLettersTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1795242026, 970_538_000));

    private final ByteArrayOutputStream records = new ByteArrayOutputStream();
    private CleanupStatus verdict = new CleanupStatus(CleanupStatus.OK, "", "Q1");
    private int flags = -1;

    /** One message, which is kept. */
    private final class Message implements Submissions.Submission {
        @Override
        public String queueId() {
            return "Q1";
        }

        @Override
        public OutputStream records() {
            return records;
        }

        @Override
        public boolean interrupted() {
            return false;
        }

        @Override
        public CleanupStatus finish() {
            return verdict;
        }

        @Override
        public void close() {
            // What was written is kept for the test.
        }
    }

    private Submissions.Submission begin(int wanted) {
        flags = wanted;
        return new Message();
    }

    private PostmasterLetters letters(Submissions submissions) {
        return new PostmasterLetters(submissions, CLOCK, ZoneOffset.UTC, "mx.example.test", "Postfix",
                "double-bounce@mx.example.test", "joe@x.test");
    }

    private String written() throws IOException {
        StringBuilder text = new StringBuilder();
        RecordReader reader = new RecordReader(new ByteArrayInputStream(records.toByteArray()));
        while (reader.next()) {
            text.append((char) reader.type().letter()).append(reader.text()).append('\n');
        }
        return text.toString();
    }

    @Test
    void aLetterWithEverything() throws IOException {
        letters(this::begin)
                .send(new PostmasterLetters.Letter("LMTP client", "far[192.0.2.1]:24",
                        "Unexpected response from far[192.0.2.1]:24.", List.of(" In:  500 no", " Out: QUIT")));
        assertThat(flags).isEqualTo(CleanupClient.INTERNAL);
        assertThat(written()).isEqualTo("""
                T1795242026 970538
                Alog_message_origin=local
                Arewrite_context=local
                Sdouble-bounce@mx.example.test
                Rjoe@x.test
                M
                NReceived: by mx.example.test (Postfix)
                N\tid Q1; Sat, 21 Nov 2026 06:20:26 +0000 (UTC)
                NDate: Sat, 21 Nov 2026 06:20:26 +0000 (UTC)
                NFrom: Mail Delivery System <MAILER-DAEMON@mx.example.test>
                NTo: Postmaster <joe@x.test>
                NSubject: Postfix LMTP client: errors from far[192.0.2.1]:24
                N
                NUnexpected response from far[192.0.2.1]:24.
                N
                NTranscript of session follows.
                N
                N In:  500 no
                N Out: QUIT
                N
                NFor other details, see the local mail logfile
                X
                E
                """);
    }

    @Test
    void aLetterWithoutPreface() throws IOException {
        letters(this::begin).send(new PostmasterLetters.Letter("SMTP server", "far[192.0.2.1]", "",
                List.of(" In:  FOO 100%", " Out: 500 no\tidea\u007f", "")));
        assertThat(written()).contains("""
                NSubject: Postfix SMTP server: errors from far[192.0.2.1]
                N
                NTranscript of session follows.
                N
                N In:  FOO 100%
                N Out: 500 no?idea?
                N
                N
                NFor other details, see the local mail logfile
                """);
    }

    /** What Postfix 3.7 made of these commands. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "FOO {68*x} y| In:  FOO {68*x}/     y", "FOO {69*x} y| In:  FOO {69*x}/     y",
            "FOO {70*x} y| In:  FOO/     {70*x} y", "FOO {72*x} y| In:  FOO/     {72*x} y",
            "FOO {73*x} y| In:  FOO/     {73*x}/     y", "FOO {90*x} end of it| In:  FOO/     {90*x}/     end of it",
            "{73*x} c d| In:  {73*x}/     c d", "{74*x} c d| In:/     {74*x}/     c d",
            "{120*x}| In:/     {120*x}", "FOO {100* }y| In:  FOO/     y", "FOO {66*x}    y z| In:  FOO {66*x}/     y z",
            "'FOO aa  '| In:  FOO aa", "FOO {73*x} {73*x} {72*x} y| In:  FOO/     {73*x}/     {73*x}/     {72*x} y"})
    void longLinesAreFolded(String line, String folded) throws IOException {
        letters(this::begin).send(new PostmasterLetters.Letter("SMTP server", "far", "",
                List.of(" In:  " + repeated(line))));
        assertThat(written()).contains("\nN\nN" + repeated(" " + folded).replace("/", "\nN") + "\nN\nNFor other");
    }

    /** {@code {3*x}} is {@code xxx}. */
    private static String repeated(String text) {
        return Pattern.compile("\\{(\\d+)\\*(.)}").matcher(text)
                .replaceAll(found -> found.group(2).repeat(Integer.parseInt(found.group(1))));
    }

    @Test
    void failuresAreLogged() {
        PostmasterLetters.Letter letter = new PostmasterLetters.Letter("SMTP server", "far", "",
                List.of());
        try (LogLines log = new LogLines("org.postrider.common.ipc.PostmasterLetters")) {
            verdict = new CleanupStatus(CleanupStatus.WRITE, "queue file write error", "");
            letters(this::begin).send(letter);
            letters(_ -> {
                throw new IOException("connect to public/cleanup: Connection refused");
            }).send(letter);
            assertThat(log.lines()).containsExactly("postmaster notify: queue file write error",
                    "postmaster notify: connect to public/cleanup: Connection refused");
        }
    }
}
