package org.postrider.common.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StandingTest {
    private static byte[] bytes(Standing standing) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        standing.write(out);
        return out.toByteArray();
    }

    private static Standing read(String text) throws IOException {
        return Standing.read(
                new ByteArrayInputStream(text.replace('|', '\0').getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void whatIsWrittenComesBack() throws IOException {
        Map<Long, String> many = new HashMap<>();
        for (long offset = 0; offset < 5000; offset++) {
            many.put(offset, offset % 2 == 0 ? "its turn" : "a pause");
        }
        for (Standing standing : new Standing[]{new Standing("", Map.of()), new Standing("the next scan", Map.of()),
                new Standing("room", Map.of(634L, "its turn")), new Standing("room", many)}) {
            assertThat(Standing.read(new ByteArrayInputStream(bytes(standing)))).isEqualTo(standing);
        }
        assertThat(bytes(new Standing("room", many))).hasSizeLessThan(40_000);
    }

    @Test
    void whatALaterVersionSaysIsPassedOver() throws IOException {
        assertThat(read("held_by|x|new|thing|held_by|y|offsets|1 2||")).isEqualTo(
                new Standing("x", Map.of(1L, "y", 2L, "y")));
        assertThatThrownBy(() -> read("held_by|x|offsets|one||")).isInstanceOf(ProtocolException.class);
    }
}
