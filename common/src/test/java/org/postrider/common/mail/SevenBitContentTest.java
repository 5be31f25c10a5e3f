package org.postrider.common.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.postrider.common.smtp.DotStuffer;

class SevenBitContentTest {
    private static String convert(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DotStuffer out = new DotStuffer(bytes, 998, false);
        SevenBitContent content = new SevenBitContent(out::piece);
        for (String line : text.split("\n", -1)) {
            byte[] piece = line.getBytes(StandardCharsets.ISO_8859_1);
            content.piece(piece, 0, piece.length, true);
        }
        content.end();
        return bytes.toString(StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
    }

    @Test
    void aSinglePart() throws IOException {
        assertThat(
                convert("Subject: x\nContent-Transfer-Encoding: 8bit\nMIME-Version: 1.0\n\nfa\u00e7ade = x \n.\ttab\n"))
                .isEqualTo("Subject: x\nMIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n\n"
                        + "fa=E7ade =3D x=20\n..\ttab\n\n");
    }

    @Test
    void longLinesGetSoftBreaks() throws IOException {
        String converted = convert(
                "Content-Transfer-Encoding: binary\n\n" + "\u00e7".repeat(60) + "\n" + "a".repeat(76));
        assertThat(converted.lines().toList()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(76));
        assertThat(converted.replace("=\n", "")).endsWith("\n" + "=E7".repeat(60) + "\n" + "a".repeat(76) + "\n");
    }

    @Test
    void onlyThePartsThatSayEightBit() throws IOException {
        assertThat(convert("""
                Content-Type: multipart/mixed; boundary=b
                Content-Transfer-Encoding: 8bit

                before
                --b
                Content-Type: text/plain

                a = b
                --b
                Content-Transfer-Encoding: 8bit
                Content-Type: text/plain

                a = \u00e7
                --b--
                after = all""")).isEqualTo("""
                Content-Type: multipart/mixed; boundary=b
                Content-Transfer-Encoding: 7bit

                before
                --b
                Content-Type: text/plain

                a = b
                --b
                Content-Type: text/plain
                Content-Transfer-Encoding: quoted-printable

                a =3D =E7
                --b--
                after = all
                """);
    }

    @Test
    void unlabelledContentIsLeftAlone() throws IOException {
        assertThat(convert("Subject: x\n\nfa\u00e7ade = x")).isEqualTo("Subject: x\n\nfa\u00e7ade = x\n");
    }
}
