package org.postrider.smtpd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.wire.StreamWindow;

class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private static StreamWindow text(String text) {
        return new StreamWindow(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static StreamWindow hex(String hex) {
        return new StreamWindow(new ByteArrayInputStream(HexFormat.of().parseHex(hex)));
    }

    @Test
    void linesAreReadAndNothingBehindThem() throws IOException {
        StreamWindow in = text("PROXY TCP4 192.0.2.1 198.51.100.2 4711 25\r\nEHLO x\r\n");
        ProxyHeader header = ProxyHeader.read(in);
        assertThat(header.client().orElseThrow()).hasToString("/192.0.2.1:4711");
        assertThat(header.server().orElseThrow()).hasToString("/198.51.100.2:25");
        assertThat((char) in.window()[in.position()]).isEqualTo('E');
        assertThat(ProxyHeader.read(text("PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n")).client().orElseThrow()
                .getAddress().getHostAddress()).isEqualTo("2001:db8:0:0:0:0:0:1");
    }

    /** Headers in hex, and whom Debian's Postfix took the client for. */
    @Test
    void asPostfix() throws IOException {
        List<String> ours = new ArrayList<>();
        List<String> theirs = Files.readAllLines(Path.of("src/test/resources/proxy.postfix")).stream()
                .filter(line -> !line.startsWith("#")).toList();
        for (String line : theirs) {
            String header = line.substring(0, line.indexOf(' '));
            ours.add(header + " " + taken(hex(header)));
        }
        assertThat(ours).containsExactlyElementsOf(theirs);
    }

    private static String taken(StreamWindow header) {
        try {
            return ProxyHeader.read(header).client()
                    .map(client -> Client.text(client.getAddress()) + " " + client.getPort()).orElse("own");
        } catch (IOException _) {
            return "refused";
        }
    }

    @Test
    void theBinaryFormIsReadToo() throws IOException {
        StreamWindow in = hex(SIGNATURE + "2111000f" + "c0000201" + "c6336402" + "1267" + "0019" + "0300ff" + "45");
        ProxyHeader header = ProxyHeader.read(in);
        assertThat(header.client().orElseThrow()).hasToString("/192.0.2.1:4711");
        assertThat((char) in.window()[in.position()]).isEqualTo('E');
        // The proxy's own check of our health.
        assertThat(ProxyHeader.read(hex(SIGNATURE + "20000000")).client()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"EHLO x\r\n", "PROXY\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n", "PROXY TCP4 ::1 ::1 1 2\r\n",
            "PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n", "PROXY TCP4 evil.example 5.6.7.8 1 2\r\n", "PROXY TCP4 1.2.3.4"})
    void anythingElseEndsTheConnection(String header) {
        assertThatThrownBy(() -> ProxyHeader.read(text(header))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ProxyHeader.read(text("PROXY " + "x".repeat(200)))).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {SIGNATURE + "3111000c", SIGNATURE + "21110004c0000201", SIGNATURE + "2112000c", SIGNATURE,
            SIGNATURE + "2111ffff", "0d0a0d0a000d0a515549540b21110000"})
    void neitherDoesBinaryNonsensePass(String header) {
        assertThatThrownBy(() -> ProxyHeader.read(hex(header))).isInstanceOf(IOException.class);
    }
}
