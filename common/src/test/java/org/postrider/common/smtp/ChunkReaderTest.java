package org.postrider.common.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.wire.ByteWindow;

class ChunkReaderTest {
    private static final int LIMIT = 20;

    private final List<String> lines = new ArrayList<>();

    private void note(byte[] bytes, int from, int to, boolean endOfLine) {
        lines.add(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1) + (endOfLine ? "" : "+"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 1000})
    void dotsMeanNothingAndChunksEndAnywhere(int size) throws IOException {
        ByteWindow in = Windows.of("Subject: x\r\n\r\n.\r\n..a\nlast lineQUIT\r\n", size);
        ChunkReader reader = new ChunkReader(in, LIMIT);
        reader.read(11, this::note);
        reader.read(19, this::note);
        assertThat(lines).containsExactly("Subject: x", "", ".", "..a");
        assertThat(reader.sawBareLineFeed()).isTrue();
        reader.finish(this::note);
        assertThat(lines).endsWith("last line");
        assertThat(new SmtpLineReader(in, 100).read()).isEqualTo(new SmtpLineReader.Line.Text("QUIT", false));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 20, 21, 22, 23, 1000})
    void longLinesComeInPieces(int size) throws IOException {
        String exact = "x".repeat(LIMIT);
        String content = exact + "\r\n" + exact.repeat(2) + "y\r\n";
        ChunkReader reader = new ChunkReader(Windows.of(content, size), LIMIT);
        reader.read(content.length(), this::note);
        reader.finish(this::note);
        assertThat(lines).containsExactly(exact, exact + "+", exact + "+", "y");
        assertThat(reader.sawBareLineFeed()).isFalse();
    }

    @Test
    void aPeerThatLeavesInsideAChunkHasSentNoMessage() {
        ChunkReader reader = new ChunkReader(Windows.of("abc", 10), LIMIT);
        assertThatThrownBy(() -> reader.read(4, this::note)).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> ChunkReader.skip(Windows.of("abc", 10), 4)).isInstanceOf(EOFException.class);
    }
}
