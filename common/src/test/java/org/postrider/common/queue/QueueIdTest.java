package org.postrider.common.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class QueueIdTest {
    private static final Instant TIME = Instant.ofEpochSecond(1_795_241_321L, 665_219_000);

    @Test
    void shortIdIsMicrosecondsAndInode() {
        QueueId id = QueueId.of(TIME, 0x20C220, false);
        assertThat(id.text()).isEqualTo("A268320C220");
        assertThat(id.isLong()).isFalse();
        assertThat(id.inode()).isEqualTo(0x20C220);
        assertThat(id.created()).isEmpty();
        assertThat(QueueId.of(Instant.ofEpochSecond(5, 1000), 15, false).text()).isEqualTo("00001F");
    }

    @Test
    void longIdComesBack() {
        QueueId id = QueueId.of(TIME, 123_456_789, true);
        assertThat(id.isLong()).isTrue();
        assertThat(id.created()).contains(TIME);
        assertThat(id.inode()).isEqualTo(123_456_789);
        assertThat(id.text()).matches("[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,}z[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-ty]*");
    }

    @Test
    void hashOfALongIdIsThatOfItsMicroseconds() {
        assertThat(QueueId.of(TIME, 9, false).hash(3)).isEqualTo("A26");
        assertThat(QueueId.of(TIME, 9, true).hash(3)).isEqualTo("A26");
        assertThat(new QueueId("AB").hash(4)).isEqualTo("AB__");
    }

    @Test
    void refusesPathsAndTheLike() {
        for (String bad : new String[]{"", ".", "..", "a/b", "12.34", "a b", "x".repeat(256)}) {
            assertThat(QueueId.parse(bad)).isEmpty();
            assertThatThrownBy(() -> new QueueId(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aLaterIdIsOfTheSameForm() {
        Instant last = Instant.ofEpochSecond(5, 999_998_000);
        assertThat(QueueId.of(last, 7, false).later(1, 9)).isEqualTo(QueueId.of(last.plusNanos(1000), 9, false));
        assertThat(QueueId.of(last, 7, false).later(2, 9)).isEqualTo(QueueId.of(Instant.EPOCH, 9, false));
        assertThat(QueueId.of(last, 7, true).later(2, 9)).isEqualTo(QueueId.of(Instant.ofEpochSecond(6), 9, true));
    }
}
