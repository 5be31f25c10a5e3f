package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of keys is that of their bytes, whatever they have in common. */
class KeySortTest {
    private static String key(Random random, int kind) {
        return switch (kind % 4) {
            case 0 -> "user" + random.nextInt(5000) + "@example.com";
            case 1 -> "the same long beginning of all ".repeat(1 + random.nextInt(3)) + random.nextInt(300);
            case 2 -> "a" + "\0".repeat(random.nextInt(40));
            default -> {
                byte[] any = new byte[random.nextInt(12)];
                random.nextBytes(any);
                yield new String(any, StandardCharsets.ISO_8859_1);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 11, 13, 400, 20_000})
    void keysComeInTheOrderOfTheirBytes(int entries) throws IOException {
        Random random = new Random(entries);
        CompactMap map = new CompactMap();
        for (int i = 0; i < entries; i++) {
            boolean _ = map.put(key(random, i), "v" + i);
        }
        List<String> keys = new ArrayList<>();
        map.forEachSorted((key, value) -> {
            keys.add(new String(key, StandardCharsets.ISO_8859_1));
            assertThat(new String(value, StandardCharsets.ISO_8859_1)).isEqualTo(map.get(keys.getLast()));
        });
        // Chars are bytes here, and shorter comes first.
        assertThat(keys).hasSize(map.size()).isSorted().doesNotHaveDuplicates();
    }
}
