package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.lookup.KeyBlock;

/** Keys of a stream, asked for by several threads. */
class ManyKeysTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final BufferedOutputStream buffered = new BufferedOutputStream(out);

    private static boolean startsWithK(String key, StringBuilder to) throws IOException {
        if (key.equals("broken")) {
            throw new IOException("no answer");
        }
        boolean found = key.startsWith("k");
        if (found) {
            to.append(key).append('\n');
        }
        return found;
    }

    private boolean ask(String keys, int threads) throws IOException {
        return ask((key, _, to) -> startsWithK(key, to), keys, threads);
    }

    private boolean ask(ManyKeys.Question question, String keys, int threads) throws IOException {
        return ask(question, new ByteArrayInputStream(keys.getBytes(StandardCharsets.ISO_8859_1)), threads);
    }

    private boolean ask(ManyKeys.Question question, InputStream in, int threads) throws IOException {
        ManyKeys many = new ManyKeys(question, buffered);
        try {
            return threads == 1
                    ? many.askOneByOne(new ByteLines(in, buffered))
                    : many.askInBlocks(new LineBlocks(in, ""), threads);
        } finally {
            buffered.flush();
        }
    }

    private String written() {
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static String keys(int count) {
        return IntStream.range(0, count).mapToObj(i -> "k" + i + "\n").collect(Collectors.joining());
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "1, 2", "5000, 2", "20500, 2", "100000, 3", "100000, 1"})
    void answersComeInTheOrderOfTheKeys(int count, int threads) throws IOException {
        assertThat(ask(keys(count), threads)).isEqualTo(count > 0);
        assertThat(written()).isEqualTo(keys(count));
    }

    @Test
    void nothingIsFound() throws IOException {
        assertThat(ask("none\n".repeat(5000), 2)).isFalse();
        assertThat(out.size()).isZero();
    }

    @Test
    void aKeyThatIsNotUtf8IsAskedInItsPlace() throws IOException {
        String text = (keys(2500) + "k\u00ff\n").repeat(20) + keys(10);
        assertThat(ask(text, 2)).isTrue();
        assertThat(written()).isEqualTo(text);
    }

    @Test
    void whatComesBeforeAFailureIsWritten() {
        assertThatThrownBy(() -> ask(keys(43_210) + "broken\n" + keys(50_000), 2)).isInstanceOf(IOException.class)
                .hasMessage("no answer");
        assertThat(written()).isEqualTo(keys(43_210));
    }

    /** Whoever reads the answers need not give the second key before the first answer. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void answersGoOutBeforeMoreIsRead(int threads) throws IOException {
        List<String> pieces = List.of("k0\nk1\n", "k2\nk", "3\nno\n", "k4");
        InputStream keys = new InputStream() {
            private int given;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int start, int length) {
                if (given == pieces.size()) {
                    return -1;
                }
                String before = String.join("", pieces.subList(0, given)).replace("no\n", "");
                assertThat(written()).isEqualTo(before.substring(0, before.lastIndexOf('\n') + 1));
                byte[] piece = pieces.get(given).getBytes(StandardCharsets.ISO_8859_1);
                System.arraycopy(piece, 0, into, start, piece.length);
                given++;
                return piece.length;
            }
        };
        assertThat(ask((key, _, to) -> startsWithK(key, to), keys, threads)).isTrue();
        assertThat(written()).isEqualTo(keys(5));
    }

    /** What is told of a key that is not ASCII is told by one thread, after all that was found before it. */
    @Test
    void complaintsHaveTheirPlaceAmongTheAnswers() throws IOException {
        String text = (keys(2500) + "\u00ff\n").repeat(20);
        Thread asker = Thread.currentThread();
        assertThat(ask((key, ascii, to) -> {
            if (!ascii) {
                assertThat(Thread.currentThread()).isSameAs(asker);
                buffered.write("complaint\n".getBytes(StandardCharsets.ISO_8859_1));
            }
            return startsWithK(key, to);
        }, text, 2)).isTrue();
        assertThat(written()).isEqualTo(text.replace("\u00ff", "complaint"));
    }

    /** A table answers what it can of a block, and the rest is asked for one by one. */
    @Test
    void whatATableLeavesIsAskedForAlone() throws IOException {
        List<String> alone = Collections.synchronizedList(new ArrayList<>());
        String text = keys(3000) + "\n" + "Kept\n".repeat(20_000);
        assertThat(ask(new ManyKeys.Question() {
            @Override
            public boolean ask(String key, boolean ascii, StringBuilder to) throws IOException {
                alone.add(key);
                return startsWithK(key, to);
            }

            @Override
            public void ask(KeyBlock block) {
                while (block.hasMore() && block.key().startsWith("K")) {
                    block.answer(true, "kept\n");
                }
            }
        }, text, 2)).isTrue();
        assertThat(written()).isEqualTo(keys(3000) + "kept\n".repeat(20_000));
        assertThat(alone).hasSize(3001);
    }

    @Test
    void keysAreSaidToBeAsciiOrNot() throws IOException {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        String text = "a\n\u00e4\nb" + "x".repeat(70_000) + "\n\u00ff" + "y".repeat(70_000) + "\nc";
        for (int threads : new int[]{1, 2}) {
            boolean _ = ask((key, ascii, _) -> seen.add(key.charAt(0) + " " + ascii), text, threads);
            assertThat(seen).containsExactlyInAnyOrder("a true", "\u00e4 false", "b true", "\u00ff false", "c true");
            seen.clear();
        }
    }

    /** Only a newline ends a line, wherever the buffer ends. */
    @Test
    void linesAreBytesUpToANewline() throws IOException {
        String text = "ka\rb\n\nk" + "x".repeat(200_000) + "\nkend";
        assertThat(ask(text, 2)).isTrue();
        assertThat(out.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo("ka\rb\nk" + "x".repeat(200_000) + "\nkend\n");
    }
}
