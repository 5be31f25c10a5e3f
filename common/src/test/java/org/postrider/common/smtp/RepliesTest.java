package org.postrider.common.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepliesTest {
    @Test
    void rendersAndReadsBack() throws IOException {
        Reply one = Reply.of(250, "2.1.0", "Ok");
        Reply many = new Reply(550, "5.1.1", List.of("no", "such", "user"));
        Reply plain = new Reply(250, "", List.of("host", "PIPELINING", "SIZE 10240000"));
        assertThat(one.onTheWire()).isEqualTo("250 2.1.0 Ok\r\n");
        assertThat(many.onTheWire()).isEqualTo("550-5.1.1 no\r\n550-5.1.1 such\r\n550 5.1.1 user\r\n");
        assertThat(many.inOneLine()).isEqualTo("550 5.1.1 no such user");
        for (int size : new int[]{1, 5, 1000}) {
            ReplyReader reader = new ReplyReader(
                    Windows.of(one.onTheWire() + many.onTheWire() + plain.onTheWire(), size), 2048, line -> line);
            assertThat(reader.read()).isEqualTo(one);
            assertThat(reader.read()).isEqualTo(many);
            assertThat(reader.read()).isEqualTo(plain);
            assertThatThrownBy(reader::read).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void aCodeOfAnotherClassIsText() throws IOException {
        Reply reply = new ReplyReader(Windows.of("250 5.1.1 odd\r\n354\r\n", 100), 2048, line -> line).read();
        assertThat(reply).isEqualTo(Reply.plain(250, "5.1.1 odd"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello\r\n", "25\r\n", "25x ok\r\n", "999 what\r\n", "2500 ok\r\n"})
    void refusesWhatIsNoReply(String line) {
        assertThatThrownBy(() -> reply(line, same -> same))
                .isInstanceOf(MalformedReplyException.class);
    }

    @Test
    void theLastLineHasTheStatus() throws IOException {
        assertThat(reply("550-5.1.1 a\r\n450 4.2.2 b\r\n", line -> line))
                .isEqualTo(new Reply(450, "4.2.2", List.of("a", "b")));
        assertThat(reply("550-5.1.1 a\r\n550 b\r\n", line -> line)).isEqualTo(new Reply(550, "", List.of("a", "b")));
    }

    @Test
    void aFilterChangesEveryLineBeforeItCounts() throws IOException {
        assertThat(reply("550-5.1.1 a\r\n550 5.1.1 b\r\n", line -> line.replace("550 5", "450 4")))
                .isEqualTo(new Reply(450, "4.1.1", List.of("a", "b")));
        assertThatThrownBy(() -> reply("250 x\r\n", _ -> "what")).isInstanceOf(MalformedReplyException.class);
    }

    private static Reply reply(String text, ReplyReader.LineFilter filter) throws IOException {
        return new ReplyReader(Windows.of(text, 100), 2048, filter).read();
    }

    @Test
    void anEndlessReplyIsRefusedWithoutKeepingIt() {
        assertThatThrownBy(
                () -> new ReplyReader(Windows.of("250-x\r\n".repeat(200_000), 8192), 2048, line -> line).read())
                .isInstanceOf(MalformedReplyException.class);
    }

    @Test
    void stuffsDots() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DotStuffer stuffer = new DotStuffer(out, 0, false);
        for (String line : List.of("Subject: x", "", ".", "..a", "b.")) {
            byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
            stuffer.line(bytes, 0, bytes.length);
        }
        stuffer.end();
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("Subject: x\r\n\r\n..\r\n...a\r\nb.\r\n.\r\n");
    }

    @Test
    void breaksLongLines() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DotStuffer stuffer = new DotStuffer(out, 4, false);
        byte[] line = "abcdefghij".getBytes(StandardCharsets.ISO_8859_1);
        stuffer.piece(line, 0, 2, false);
        stuffer.piece(line, 2, 10, true);
        stuffer.end();
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("abcd\r\n efg\r\n hij\r\n.\r\n");
        assertThat(stuffer.brokeLines()).isTrue();
    }

    @Test
    void findsEnhancedStatusCodes() {
        assertThat(EnhancedStatus.atStart("5.7.1 no")).isEqualTo("5.7.1");
        assertThat(EnhancedStatus.rest("5.7.1  no")).isEqualTo("no");
        assertThat(EnhancedStatus.atStart("4.7.250")).isEqualTo("4.7.250");
        assertThat(EnhancedStatus.atStart("3.7.1 no")).isEmpty();
        assertThat(EnhancedStatus.atStart("5.7.1234 no")).isEmpty();
        assertThat(EnhancedStatus.atStart("5.7.x")).isEmpty();
        assertThat(EnhancedStatus.atStart("5.7.")).isEmpty();
    }
}
