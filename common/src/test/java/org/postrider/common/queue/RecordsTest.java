package org.postrider.common.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordsTest {
    private static RecordReader reader(int... bytes) {
        byte[] data = new byte[bytes.length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) bytes[i];
        }
        return new RecordReader(new ByteArrayInputStream(data));
    }

    @Test
    void lengthsOfAllSizesComeBack() throws IOException {
        Random random = new Random(7);
        int[] sizes = {0, 1, 127, 128, 129, 2048, 4095, 4096, 4097, 8191, 8192, 16383, 16384, 100_000, 1 << 20};
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RecordWriter writer = new RecordWriter(out);
        byte[][] payloads = new byte[sizes.length][];
        for (int i = 0; i < sizes.length; i++) {
            payloads[i] = new byte[sizes[i]];
            random.nextBytes(payloads[i]);
            writer.write(RecordType.TEXT, payloads[i], 0, sizes[i]);
        }
        writer.write(RecordType.END).flush();

        assertThat(writer.position()).isEqualTo(out.size());
        RecordReader reader = new RecordReader(new ByteArrayInputStream(out.toByteArray()));
        for (byte[] payload : payloads) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.length()).isEqualTo(payload.length);
            assertThat(java.util.Arrays.copyOf(reader.buffer(), reader.length())).isEqualTo(payload);
        }
        assertThat(reader.next()).isTrue();
        assertThat(reader.type()).isEqualTo(RecordType.END);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void whatIsInMemoryCanBeOverwrittenAndWhatWasHandedOnCannot() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RecordWriter writer = new RecordWriter(out);
        writer.write(RecordType.SIZE, "0000").write(RecordType.SENDER, "somebody");
        assertThat(writer.overwrite(2, new byte[]{'1', '2', '3', '4'})).isTrue();
        assertThat(writer.overwrite(writer.position() - 1, new byte[]{'Y', '!'})).isFalse();
        assertThat(writer.whole().orElseThrow()).asString(StandardCharsets.ISO_8859_1)
                .isEqualTo("C\0041234S\010somebody");
        assertThat(out.size()).isZero();

        writer.flush();
        assertThat(writer.whole()).isEmpty();
        long second = writer.position();
        writer.write(RecordType.TEXT, "second");
        assertThat(writer.overwrite(second - 1, new byte[]{'Y', 'N'})).isFalse();
        assertThat(writer.overwrite(second + 2, new byte[]{'S'})).isTrue();
        assertThat(writer.whole()).isEmpty();
        writer.flush();
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("C\0041234S\010somebodyN\006Second");
    }

    @Test
    void takesNothingBehindTheRecord() throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(new byte[]{'E', 0, 's', 't'});
        assertThat(new RecordReader(in).next()).isTrue();
        assertThat(in.available()).isEqualTo(2);
    }

    @Test
    void refusesWhatIsNotARecord() {
        assertThatThrownBy(() -> reader('Q', 0).next()).isInstanceOf(BadRecordException.class)
                .hasMessage("unknown record type 81");
        assertThatThrownBy(() -> reader(200, 0).next()).isInstanceOf(BadRecordException.class);
        assertThatThrownBy(() -> reader('N', 0x80, 0x80, 0x80, 0x80, 1).next()).isInstanceOf(BadRecordException.class)
                .hasMessage("too many length bits, record type 78");
        assertThatThrownBy(() -> reader('N', 5, 'a').next()).isInstanceOf(BadRecordException.class);
        assertThatThrownBy(() -> reader('N').next()).isInstanceOf(BadRecordException.class);
        assertThatThrownBy(() -> reader('N', 0xff, 0xff, 0xff, 0x7f).next()).isInstanceOf(BadRecordException.class)
                .hasMessageContaining("too long");
    }

    @Test
    void everyLetterHasOneType() {
        for (RecordType type : RecordType.values()) {
            assertThat(RecordType.of(type.letter())).isEqualTo(type);
        }
        assertThat(RecordType.of(-1)).isNull();
        assertThat(RecordType.of(500)).isNull();
    }
}
