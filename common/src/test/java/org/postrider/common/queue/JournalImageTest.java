package org.postrider.common.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a crash may have made of a message, and what is another message. */
class JournalImageTest {
    private static final int RECIPIENT_AT = 8;

    private byte[] message = {};

    @BeforeEach
    void write() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RecordWriter records = new RecordWriter(out);
        records.write(RecordType.SENDER, "a@test");
        assertThat(records.position()).isEqualTo(RECIPIENT_AT);
        records.write(RecordType.RECIPIENT, "b@test").write(RecordType.TEXT, "x".repeat(100)).write(RecordType.END)
                .flush();
        message = out.toByteArray();
    }

    private JournalImage.Found found(byte[] file) {
        return JournalImage.compare(file, new JournalImage(message).withMarksOf(file));
    }

    @Test
    void marksAreTheMessages() {
        assertThat(found(message)).isEqualTo(JournalImage.Found.WHOLE);
        byte[] done = message.clone();
        done[RECIPIENT_AT] = RecordType.DONE.letter();
        assertThat(found(done)).isEqualTo(JournalImage.Found.WHOLE);
        assertThat(new JournalImage(message).withMarksOf(done)).isEqualTo(done);
    }

    @Test
    void bytesThatAreMissingAreTorn() {
        for (int length = 0; length < message.length; length++) {
            assertThat(found(Arrays.copyOf(message, length))).isEqualTo(JournalImage.Found.TORN);
        }
        byte[] hole = message.clone();
        Arrays.fill(hole, 20, 60, (byte) 0);
        assertThat(found(hole)).isEqualTo(JournalImage.Found.TORN);
    }

    @Test
    void aLongerFileThatItWasWrittenOverIsTorn() {
        byte[] longer = Arrays.copyOf(message, message.length + 50);
        Arrays.fill(longer, message.length, longer.length, (byte) 'z');
        assertThat(found(longer)).isEqualTo(JournalImage.Found.TORN);
    }

    @Test
    void otherBytesAreAnotherMessage() {
        for (int at = 0; at < message.length; at++) {
            byte[] other = message.clone();
            other[at] = '?';
            assertThat(found(other)).as("byte %s", at).isEqualTo(JournalImage.Found.OTHER);
        }
    }
}
