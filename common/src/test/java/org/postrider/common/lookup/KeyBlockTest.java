package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys and answers as bytes: the same answers as one by one, and nothing counts that was not verified. */
class KeyBlockTest {
    @TempDir
    private Path directory;

    private static KeyBlock block(String lines) {
        byte[] bytes = lines.getBytes(StandardCharsets.ISO_8859_1);
        return new KeyBlock(bytes, bytes.length, ":");
    }

    private static String written(KeyBlock block) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        block.writeTo(out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static String line(IndexContents contents, String key) {
        return contents.find(key) instanceof LookupResult.Found(String value) ? key + ":\t" + value + "\n" : "";
    }

    private static String value(int number) {
        return switch (number % 40) {
            case 3 -> "long value ".repeat(2000) + number;
            case 5 -> "";
            default -> "value of " + number;
        };
    }

    private IndexContents made(String type, int entries, boolean withEnd, boolean fold) throws IOException {
        Path file = directory.resolve("t." + type);
        try (IndexWriter writer = type.equals("cdb")
                ? CdbWriter.open(file, 0644, withEnd)
                : LmdbWriter.open(file, 0644, 1 << 28, withEnd)) {
            for (int i = 0; i < entries; i++) {
                assertThat(writer.put("user" + i + "@example.com", value(i), false)).isTrue();
            }
            writer.commit();
        }
        return type.equals("cdb") ? CdbContents.open(file, fold) : LmdbContents.open(file, fold);
    }

    @ParameterizedTest
    @CsvSource({"lmdb,0,true", "lmdb,1,false", "lmdb,3000,true", "lmdb,3000,false", "cdb,0,true", "cdb,1,false",
            "cdb,3000,true", "cdb,3000,false"})
    void answersAreThoseOfOneByOne(String type, int entries, boolean withEnd) throws IOException {
        Random random = new Random(entries);
        List<String> keys = new ArrayList<>(
                List.of("x".repeat(5000), "user", "user1@example.com\0", "USER0@Example.Com"));
        for (int i = 0; i < 2000; i++) {
            String key = "user" + random.nextInt(entries * 2 + 1) + "@example.com";
            keys.add(random.nextInt(5) == 0 ? key.toUpperCase(Locale.ROOT) : key);
        }
        for (boolean fold : new boolean[]{true, false}) {
            IndexContents contents = made(type, entries, withEnd, fold);
            KeyBlock block = block(String.join("\n", keys));
            contents.find(block);
            StringBuilder expected = new StringBuilder();
            keys.forEach(key -> expected.append(line(contents, key)));
            assertThat(block.hasMore()).isFalse();
            assertThat(written(block)).isEqualTo(expected.toString());
            assertThat(block.isAnyFound()).isEqualTo(expected.length() > 0);
            assertThat(expected.length() > 0).isEqualTo(entries > 0);
            contents.close();
            Files.delete(directory.resolve("t." + type));
        }
    }

    @ParameterizedTest
    @CsvSource({"lmdb", "cdb"})
    void whatIsNotForBytesIsLeft(String type) throws IOException {
        IndexContents contents = made(type, 10, false, true);
        KeyBlock block = block("user1@example.com\n\nuser2@example.com\nuser\u00e9\nnone\nuser3@example.com\n");
        contents.find(block);
        assertThat(block.key()).isEmpty();
        assertThat(block.isAscii()).isTrue();
        block.answer(false, "");
        contents.find(block);
        assertThat(block.key()).isEqualTo("user\u00e9");
        assertThat(block.isAscii()).isFalse();
        block.answer(true, "by hand\n");
        contents.find(block);
        assertThat(block.hasMore()).isFalse();
        assertThat(written(block)).isEqualTo("user1@example.com:\tvalue of 1\nuser2@example.com:\tvalue of 2\nby hand\n"
                + "user3@example.com:\t" + value(3) + "\n");
        assertThat(written(block)).isEmpty();
    }

    /** Of a change of the file a block hears when it is asked on. */
    @Test
    void aCommitThatCameInBetweenEndsTheWalk() throws IOException {
        IndexContents contents = made("lmdb", 3, false, true);
        KeyBlock block = block("user1@example.com\nuser2@example.com");
        try (IndexWriter writer = LmdbWriter.open(directory.resolve("t.lmdb"), 0644, 1 << 28, false)) {
            assertThat(writer.put("user1@example.com", "new", true)).isTrue();
            writer.commit();
        }
        contents.find(block);
        assertThat(block.key()).isEqualTo("user1@example.com");
        String asked = line(contents, block.key());
        block.answer(true, asked);
        contents.find(block);
        assertThat(written(block)).isEqualTo("user1@example.com:\tnew\nuser2@example.com:\tvalue of 2\n");
    }
}
