package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    @CsvSource({"0, false", "1, true", "2, false", "11, false", "13, true", "400, true", "400, false", "20000, false",
            "200000, false", "200000, true"})
    void keysComeInTheOrderOfTheirBytes(int entries, boolean replace) throws IOException {
        Random random = new Random(entries);
        CompactMap map = new CompactMap();
        Map<String, String> wanted = new HashMap<>();
        for (int i = 0; i < entries; i++) {
            String key = key(random, i);
            boolean taken = replace || !wanted.containsKey(key);
            assertThat(map.put(key, "v" + i, replace)).isEqualTo(taken);
            if (taken) {
                wanted.put(key, "v" + i);
            }
        }
        List<String> keys = new ArrayList<>();
        map.forEachSorted((key, value) -> {
            keys.add(new String(key, StandardCharsets.ISO_8859_1));
            assertThat(new String(value, StandardCharsets.ISO_8859_1)).isEqualTo(wanted.get(keys.getLast()));
        });
        // Chars are bytes here, and shorter comes first.
        assertThat(keys).hasSize(map.size()).hasSize(wanted.size()).isSorted().doesNotHaveDuplicates();
    }
}
