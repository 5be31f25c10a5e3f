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

class DataReaderTest {
    private static final int LIMIT = 20;

    private static List<String> lines(ByteWindow in, BareNewline mode) throws IOException {
        return lines(new DataReader(in, LIMIT, mode));
    }

    private static List<String> lines(DataReader reader) throws IOException {
        List<String> lines = new ArrayList<>();
        reader.read((bytes, from, to, endOfLine) -> lines
                .add(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1) + (endOfLine ? "" : "+")));
        return lines;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 21, 1000})
    void readsLinesHoweverTheyArrive(int size) throws IOException {
        String content = "Subject: x\r\n\r\n..dot\r\n.single\r\nlast\r\n.\r\nQUIT\r\n";
        ByteWindow in = Windows.of(content, size);
        assertThat(lines(in, BareNewline.NORMALIZE)).containsExactly("Subject: x", "", ".dot", "single", "last");
        assertThat(new SmtpLineReader(in, 100).read()).isEqualTo(new SmtpLineReader.Line.Text("QUIT", false));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 21, 22, 23, 1000})
    void longLinesComeInPieces(int size) throws IOException {
        String exact = "x".repeat(LIMIT);
        String content = exact + "\r\n" + exact + "y\r\n" + "." + exact + "\r\n" + exact.repeat(3) + ".\r\n.\r\n";
        assertThat(lines(Windows.of(content, size), BareNewline.NORMALIZE)).containsExactly(exact, exact + "+", "y",
                exact, exact + "+", exact + "+", exact + "+", ".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\n.\nb\r\n.\r\n", "a\n.\r\nb\r\n.\r\n", "a\r\n.\nb\r\n.\r\n", "a\r\n.\r\r\nb\r\n.\r\n"})
    void onlyTheStandardEndEndsTheData(String content) throws IOException {
        for (int size : new int[]{1, 2, 3, 100}) {
            DataReader reader = new DataReader(Windows.of(content, size), LIMIT, BareNewline.NORMALIZE);
            assertThat(lines(reader)).containsExactly("a", "", "b");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\n.\nb\r\n.\r\n", "a\n.\r\nb\r\n.\r\n", "a\r\n.\nb\r\n.\r\n"})
    void theOldWayTakesAnyLineEnd(String content) throws IOException {
        assertThat(lines(Windows.of(content, 100), BareNewline.NO)).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r.\r\nb\r\n.\r\n", "a\r\n.\rb\r\n.\r\n"})
    void aBareCarriageReturnIsContent(String content) throws IOException {
        for (BareNewline mode : BareNewline.values()) {
            assertThat(String.join("|", lines(Windows.of(content, 100), mode))).contains("\r", "b");
        }
    }

    @Test
    void notesBareLineFeeds() throws IOException {
        DataReader clean = new DataReader(Windows.of("a\r\n.\r\n", 3), LIMIT, BareNewline.NOTE);
        assertThat(lines(clean)).containsExactly("a");
        assertThat(clean.sawBareLineFeed()).isFalse();
        DataReader bare = new DataReader(Windows.of("a\nb\r\n.\r\n", 3), LIMIT, BareNewline.NOTE);
        assertThat(lines(bare)).containsExactly("a", "b");
        assertThat(bare.sawBareLineFeed()).isTrue();
    }

    @Test
    void nulBytesAreContent() throws IOException {
        assertThat(lines(Windows.of("a\0b\r\n.\r\n", 100), BareNewline.NORMALIZE)).containsExactly("a\0b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a\r\n", "a\r\n.", "a\r\n.\r", ".\n"})
    void contentWithoutEndIsAnError(String content) {
        assertThatThrownBy(() -> lines(Windows.of(content, 2), BareNewline.NORMALIZE)).isInstanceOf(EOFException.class);
    }

    @Test
    void emptyContent() throws IOException {
        assertThat(lines(Windows.of(".\r\n", 1), BareNewline.NORMALIZE)).isEmpty();
    }
}
