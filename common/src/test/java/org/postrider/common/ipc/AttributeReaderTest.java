package org.postrider.common.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AttributeReaderTest {
    private static AttributeReader reader(String text) {
        return new AttributeReader(
                new ByteArrayInputStream(text.replace('|', '\0').getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void namesMayComeAgain() throws IOException {
        AttributeReader reader = reader("a|1|b||a|x||c|3||");
        assertThat(reader.next()).isTrue();
        assertThat(reader.number()).isEqualTo(1);
        assertThat(reader.next()).isTrue();
        assertThat(reader.name()).isEqualTo("b");
        assertThat(reader.value()).isEmpty();
        assertThat(reader.next()).isTrue();
        assertThat(reader.name() + reader.value()).isEqualTo("ax");
        assertThatThrownBy(reader::number).isInstanceOf(ProtocolException.class);
        assertThat(reader.next()).isFalse();
        assertThat(reader.next()).isTrue();
        assertThat(reader.name()).isEqualTo("c");
    }

    @Test
    void aListThatEndsTooSoonIsNone() {
        for (String text : new String[]{"", "a", "a|", "a|1"}) {
            assertThatThrownBy(() -> reader(text).next()).isInstanceOf(EOFException.class);
        }
    }
}
